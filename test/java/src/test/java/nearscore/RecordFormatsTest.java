package nearscore;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import nearscore.ExampleModel.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every record of the example models in every format of Java; predictions read with no configuration at all. */
class RecordFormatsTest {
  private static HazelcastInstance client;

  @BeforeAll
  static void connect() {
    client = Nearscore.connect();
  }

  @AfterAll
  static void disconnect() {
    client.shutdown();
  }

  enum Format {
    FLOATS(Row::floats),
    DOUBLES(Row::doubles),
    JSON(Row::json),
    GENERIC_RECORD(Row::genericRecord),
    RECORD(row -> PhishingRecord.of(row.floats())),
    POJO(row -> new PhishingPojo(row.floats()));

    final Function<Row, Object> value;

    Format(Function<Row, Object> value) {
      this.value = value;
    }
  }

  static Stream<Arguments> formats() {
    Stream<Arguments> phishing = Stream.of(Format.values()).map(format -> Arguments.of(ExampleModel.PHISHING, format));
    Stream<Arguments> breastCancer =
        Stream.of(Format.FLOATS, Format.DOUBLES, Format.JSON, Format.GENERIC_RECORD)
            .map(format -> Arguments.of(ExampleModel.BREAST_CANCER, format));
    return Stream.concat(phishing, breastCancer);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void everyRecordIsScored(ExampleModel model, Format format) {
    List<Row> rows = model.rows();
    Map<String, Object> records = new HashMap<>();
    for (Row row : rows) records.put(keyOf(format, row), format.value.apply(row));
    client.<String, Object>getMap("features." + model.stream).putAll(records);

    IMap<String, Prediction> map = client.getMap("predictions." + model.stream);
    Map<String, Prediction> predictions =
        Nearscore.eventually(
            () -> {
              Map<String, Prediction> found = map.getAll(records.keySet());
              assertEquals(rows.size(), found.size(), "predictions");
              return found;
            });
    for (Row row : rows) {
      String key = keyOf(format, row);
      scoredRecord(predictions.get(key)).assertOf(key, model, row);
    }
  }

  private static String keyOf(Format format, Row row) {
    return "java-" + format + "-" + row.key();
  }

  private static ScoredRecord scoredRecord(Prediction it) {
    return new ScoredRecord(
        it.score(),
        it.label(),
        it.scores(),
        it.model(),
        it.version(),
        it.epoch(),
        it.sourceSequence(),
        it.fingerprint(),
        it.scoredAt());
  }

  /** Written as Compact without any configuration: components are features by name, in whatever order. */
  record PhishingRecord(
      float age_of_domain,
      float anchor_from_other_domain,
      float empty_server_form_handler,
      float https,
      float ip_in_url,
      float is_popular,
      float long_url,
      float popup_window,
      float request_from_other_domain) {

    static PhishingRecord of(float[] v) {
      return new PhishingRecord(v[7], v[4], v[0], v[2], v[8], v[5], v[6], v[1], v[3]);
    }
  }

  /** The same as a plain class. */
  @SuppressWarnings("unused")
  static final class PhishingPojo {
    private final float empty_server_form_handler;
    private final float popup_window;
    private final float https;
    private final float request_from_other_domain;
    private final float anchor_from_other_domain;
    private final float is_popular;
    private final float long_url;
    private final float age_of_domain;
    private final float ip_in_url;

    PhishingPojo(float[] v) {
      empty_server_form_handler = v[0];
      popup_window = v[1];
      https = v[2];
      request_from_other_domain = v[3];
      anchor_from_other_domain = v[4];
      is_popular = v[5];
      long_url = v[6];
      age_of_domain = v[7];
      ip_in_url = v[8];
    }
  }
}
