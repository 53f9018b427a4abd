package nearscore;

import com.hazelcast.core.HazelcastJsonValue;
import com.hazelcast.nio.serialization.genericrecord.GenericRecord;
import com.hazelcast.nio.serialization.genericrecord.GenericRecordBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A deployed example model: its stream, its labels, its records. */
enum ExampleModel {
  PHISHING("phishing", "legitimate", "phishing"),
  BREAST_CANCER("breast-cancer", "malignant", "benign");

  /** The model's name is also its stream's. */
  final String stream;

  final List<String> labels;

  ExampleModel(String stream, String... labels) {
    this.stream = stream;
    this.labels = List.of(labels);
  }

  /** Every record, with scikit-learn's probability of the second label for it. */
  List<Row> rows() {
    Path folder = Path.of(Nearscore.setting("examples"), stream);
    List<String[]> records = csv(folder.resolve("records.csv"));
    List<String[]> expected = csv(folder.resolve("expected.csv"));
    String[] header = records.get(0);
    int column = List.of(expected.get(0)).indexOf("version_" + Nearscore.version());
    List<Row> rows = new ArrayList<>();
    for (int line = 1; line < records.size(); line++) {
      String[] cells = records.get(line);
      Map<String, Float> features = new LinkedHashMap<>();
      // The first column is the key, the last the actual class.
      for (int at = 1; at < header.length - 1; at++) features.put(header[at], Float.valueOf(cells[at]));
      rows.add(new Row(cells[0], features, Double.parseDouble(expected.get(line)[column])));
    }
    return rows;
  }

  private static List<String[]> csv(Path file) {
    try (var lines = Files.lines(file)) {
      return lines.map(line -> line.split(",")).toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Features in the model's order. */
  record Row(String key, Map<String, Float> features, double expected) {

    float[] floats() {
      float[] floats = new float[features.size()];
      int at = 0;
      for (float value : features.values()) floats[at++] = value;
      return floats;
    }

    double[] doubles() {
      return features.values().stream().mapToDouble(Float::doubleValue).toArray();
    }

    HazelcastJsonValue json() {
      return new HazelcastJsonValue(
          features.entrySet().stream()
              .map(feature -> "\"%s\":%s".formatted(feature.getKey(), feature.getValue()))
              .collect(Collectors.joining(",", "{", "}")));
    }

    GenericRecord genericRecord() {
      GenericRecordBuilder builder = GenericRecordBuilder.compact("java.Features");
      features.forEach(builder::setFloat32);
      return builder.build();
    }
  }
}
