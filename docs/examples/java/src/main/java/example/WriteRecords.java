package example;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastJsonValue;
import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.map.IMap;
import com.hazelcast.nio.serialization.genericrecord.GenericRecord;
import com.hazelcast.nio.serialization.genericrecord.GenericRecordBuilder;

/** Writes one web page in each of the formats. */
public final class WriteRecords {
  private static final int ATTEMPTS = 5;

  public static void main(String[] args) {
    HazelcastInstance client = Grid.connect(args);
    try {
      IMap<String, Object> records = client.getMap("features.phishing");
      write(records, "java-object", new Page(1, 0, 0.5f, 0.5f, 0, 0.5f, 0, 1, 0));
      write(records, "java-generic", genericPage());
      write(records, "java-json", new HazelcastJsonValue(JSON_PAGE));
      write(records, "java-floats", new float[] {1, 0, 0.5f, 0.5f, 0, 0.5f, 0, 1, 0});
    } finally {
      client.shutdown();
    }
  }

  /** After an unknown outcome the record may be there or not. The same one again does no harm. */
  private static void write(IMap<String, Object> records, String key, Object page) {
    for (int attempt = 1; ; attempt++) {
      try {
        records.set(key, page);
        System.out.println("written " + key);
        return;
      } catch (IndeterminateOperationStateException e) {
        if (attempt == ATTEMPTS) throw e;
      }
    }
  }

  /** Fields as they come, without a class. */
  private static GenericRecord genericPage() {
    return GenericRecordBuilder.compact("example.GenericPage")
        .setFloat32("empty_server_form_handler", 1)
        .setFloat32("popup_window", 0)
        .setFloat32("https", 0.5f)
        .setFloat32("request_from_other_domain", 0.5f)
        .setFloat32("anchor_from_other_domain", 0)
        .setFloat32("is_popular", 0.5f)
        .setFloat32("long_url", 0)
        .setFloat32("age_of_domain", 1)
        .setFloat32("ip_in_url", 0)
        .build();
  }

  private static final String JSON_PAGE =
      """
      {"empty_server_form_handler": 1, "popup_window": 0, "https": 0.5, "request_from_other_domain": 0.5,
       "anchor_from_other_domain": 0, "is_popular": 0.5, "long_url": 0, "age_of_domain": 1, "ip_in_url": 0}
      """;

  private WriteRecords() {}
}
