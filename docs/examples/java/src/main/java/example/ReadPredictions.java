package example;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.nio.serialization.genericrecord.GenericRecord;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** Reads predictions by key, as objects of our own class and as GenericRecord. */
public final class ReadPredictions {
  private static final Set<String> KEYS = Set.of("java-object", "java-generic", "java-json", "java-floats");

  public static void main(String[] args) {
    readAsObjects(args);
    readAsGenericRecords(args);
  }

  private static void readAsObjects(String[] args) {
    HazelcastInstance client = Grid.connect(args, new Prediction.Serializer());
    try {
      IMap<String, Prediction> predictions = client.getMap("predictions.phishing");
      for (Map.Entry<String, Prediction> entry : predictions.getAll(KEYS).entrySet()) {
        Prediction it = entry.getValue();
        System.out.printf("%s: %s %.9f %s%n", entry.getKey(), it.label(), it.score(), Arrays.toString(it.scores()));
      }
    } finally {
      client.shutdown();
    }
  }

  /** Without a serializer, and without a class nearscore.Prediction on the class path. */
  private static void readAsGenericRecords(String[] args) {
    HazelcastInstance client = Grid.connect(args);
    try {
      IMap<String, GenericRecord> predictions = client.getMap("predictions.phishing");
      GenericRecord it = predictions.get("java-object");
      System.out.printf(
          "generic: %s %.9f by %s %d%n",
          it.getString("label"), it.getFloat32("score"), it.getString("model"), it.getInt32("version"));
    } finally {
      client.shutdown();
    }
  }

  private ReadPredictions() {}
}
