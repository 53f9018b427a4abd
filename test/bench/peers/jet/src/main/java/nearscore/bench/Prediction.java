package nearscore.bench;

/** What lies under a record's key when it is scored. */
public record Prediction(float score, int version, long scoredAt) {}
