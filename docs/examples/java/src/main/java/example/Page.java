package example;

/** A record of the stream `phishing`. Components are features by name; their order does not matter. */
record Page(
    float empty_server_form_handler,
    float popup_window,
    float https,
    float request_from_other_domain,
    float anchor_from_other_domain,
    float is_popular,
    float long_url,
    float age_of_domain,
    float ip_in_url) {}
