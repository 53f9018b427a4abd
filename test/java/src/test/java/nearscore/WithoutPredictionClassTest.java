package nearscore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.EntryEventType;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import com.hazelcast.nio.serialization.FieldKind;
import com.hazelcast.nio.serialization.genericrecord.GenericRecord;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import nearscore.ExampleModel.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients on whose class path there is no nearscore.Prediction. */
class WithoutPredictionClassTest {
  private static final List<Row> ROWS = ExampleModel.PHISHING.rows();

  /** Knows nothing of predictions. */
  private static HazelcastInstance plain;

  /** Maps them to a class of its own. */
  private static HazelcastInstance mapping;

  @BeforeAll
  static void connect() {
    plain = Nearscore.connect();
    mapping = Nearscore.connect(new ScoredRecord.Serializer());
  }

  @AfterAll
  static void disconnect() {
    plain.shutdown();
    mapping.shutdown();
  }

  @Test
  void predictionIsAGenericRecord() {
    Row row = ROWS.get(0);
    features().set("java-generic", row.floats());
    GenericRecord prediction = awaitEntry(plain.getMap("predictions.phishing"), "java-generic");
    assertEquals(
        Map.of(
            "score", FieldKind.FLOAT32,
            "label", FieldKind.STRING,
            "scores", FieldKind.ARRAY_OF_FLOAT32,
            "model", FieldKind.STRING,
            "version", FieldKind.INT32,
            "epoch", FieldKind.INT64,
            "sourceSequence", FieldKind.INT64,
            "fingerprint", FieldKind.INT64,
            "scoredAt", FieldKind.INT64),
        kindsOf(prediction));
    scoredRecord(prediction).assertOf("java-generic", ExampleModel.PHISHING, row);
  }

  @Test
  void predictionIsReadByTheApplicationsOwnSerializer() {
    Row row = ROWS.get(1);
    features().set("java-mapped", row.floats());
    awaitEntry(predictions(), "java-mapped").assertOf("java-mapped", ExampleModel.PHISHING, row);
  }

  @Test
  void sourceSequenceAndFingerprintFollowTheRecord() {
    ScoredRecord first = scoreOf("java-sequence", ROWS.get(2), -1);
    ScoredRecord other = scoreOf("java-sequence", ROWS.get(3), first.sourceSequence());
    ScoredRecord again = scoreOf("java-sequence", ROWS.get(2), other.sourceSequence());
    assertNotEquals(first.fingerprint(), other.fingerprint());
    assertEquals(first.fingerprint(), again.fingerprint());
  }

  private static ScoredRecord scoreOf(String key, Row row, long sequenceBefore) {
    features().set(key, row.genericRecord());
    ScoredRecord prediction =
        Nearscore.eventually(
            () -> {
              ScoredRecord found = predictions().get(key);
              assertNotNull(found, key);
              assertTrue(found.sourceSequence() > sequenceBefore, "sourceSequence");
              return found;
            });
    prediction.assertOf(key, ExampleModel.PHISHING, row);
    return prediction;
  }

  @Test
  void recordWrittenOverRestIsAGenericRecord() throws Exception {
    Row row = ROWS.get(4);
    assertEquals(2, put("/v1/streams/phishing/records/java-rest", row.json().toString()).statusCode() / 100);
    GenericRecord stored = (GenericRecord) features().get("java-rest");
    assertEquals(
        row.features().keySet().stream().collect(Collectors.toMap(name -> name, name -> FieldKind.FLOAT32)),
        kindsOf(stored));
    row.features().forEach((name, value) -> assertEquals(value, stored.getFloat32(name), name));
    awaitEntry(predictions(), "java-rest").assertOf("java-rest", ExampleModel.PHISHING, row);
  }

  @Test
  void listenerHearsOfPredictionsAddedUpdatedAndRemoved() throws Exception {
    BlockingQueue<EntryEvent<String, ScoredRecord>> events = new LinkedBlockingQueue<>();
    UUID listener = predictions().addEntryListener(new Listener(events), "java-listened", true);
    try {
      features().set("java-listened", ROWS.get(5).floats());
      nextOf(events, EntryEventType.ADDED).getValue().assertOf("java-listened", ExampleModel.PHISHING, ROWS.get(5));
      features().set("java-listened", ROWS.get(6).floats());
      nextOf(events, EntryEventType.UPDATED).getValue().assertOf("java-listened", ExampleModel.PHISHING, ROWS.get(6));
      features().delete("java-listened");
      nextOf(events, EntryEventType.REMOVED);
    } finally {
      predictions().removeEntryListener(listener);
    }
  }

  private record Listener(BlockingQueue<EntryEvent<String, ScoredRecord>> events)
      implements EntryAddedListener<String, ScoredRecord>,
          EntryUpdatedListener<String, ScoredRecord>,
          EntryRemovedListener<String, ScoredRecord> {
    @Override
    public void entryAdded(EntryEvent<String, ScoredRecord> event) {
      events.add(event);
    }

    @Override
    public void entryUpdated(EntryEvent<String, ScoredRecord> event) {
      events.add(event);
    }

    @Override
    public void entryRemoved(EntryEvent<String, ScoredRecord> event) {
      events.add(event);
    }
  }

  private static EntryEvent<String, ScoredRecord> nextOf(
      BlockingQueue<EntryEvent<String, ScoredRecord>> events, EntryEventType type) throws InterruptedException {
    EntryEvent<String, ScoredRecord> event = events.poll(30, TimeUnit.SECONDS);
    assertNotNull(event, () -> "no event, expected " + type);
    assertEquals(type, event.getEventType());
    assertEquals("java-listened", event.getKey());
    return event;
  }

  private static IMap<String, Object> features() {
    return plain.getMap("features.phishing");
  }

  private static IMap<String, ScoredRecord> predictions() {
    return mapping.getMap("predictions.phishing");
  }

  private static <T> T awaitEntry(IMap<String, T> map, String key) {
    return Nearscore.eventually(
        () -> {
          T value = map.get(key);
          assertNotNull(value, () -> map.getName() + " " + key);
          return value;
        });
  }

  private static Map<String, FieldKind> kindsOf(GenericRecord record) {
    return record.getFieldNames().stream().collect(Collectors.toMap(name -> name, record::getFieldKind));
  }

  private static ScoredRecord scoredRecord(GenericRecord it) {
    return new ScoredRecord(
        it.getFloat32("score"),
        it.getString("label"),
        it.getArrayOfFloat32("scores"),
        it.getString("model"),
        it.getInt32("version"),
        it.getInt64("epoch"),
        it.getInt64("sourceSequence"),
        it.getInt64("fingerprint"),
        it.getInt64("scoredAt"));
  }

  private static HttpResponse<String> put(String path, String json) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(Nearscore.setting("gateway") + path))
            .header("content-type", "application/json")
            .PUT(BodyPublishers.ofString(json))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }
}
