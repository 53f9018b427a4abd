package nearscore;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;

/** An application's own class for predictions, of any name, with the serializer that maps them to it. */
record ScoredRecord(
    float score,
    String label,
    float[] scores,
    String model,
    int version,
    long epoch,
    long sourceSequence,
    long fingerprint,
    long scoredAt) {

  /** Every field against what the deployed version must say of this row, written under that key. */
  void assertOf(String key, ExampleModel example, ExampleModel.Row row) {
    assertAll(
        key,
        () -> assertEquals(row.expected(), score, 1e-5, "score"),
        () -> assertEquals(example.labels.get(scores[1] > scores[0] ? 1 : 0), label, "label"),
        () -> assertEquals(2, scores.length, "scores"),
        () -> assertEquals(score, scores[1], "scores[1]"),
        () -> assertEquals(1 - score, scores[0], 1e-5, "scores[0]"),
        () -> assertEquals(example.stream, model, "model"),
        () -> assertEquals(Nearscore.version(), version, "version"),
        () -> assertEquals(1, epoch, "epoch"),
        () -> assertTrue(sourceSequence >= 0, "sourceSequence"),
        () -> assertNotEquals(0, fingerprint, "fingerprint"),
        // Milliseconds by the same machine's clock, however slow the test.
        () -> assertEquals(System.currentTimeMillis(), scoredAt, 600_000, "scoredAt"));
  }

  static final class Serializer implements CompactSerializer<ScoredRecord> {
    @Override
    public String getTypeName() {
      return "nearscore.Prediction";
    }

    @Override
    public Class<ScoredRecord> getCompactClass() {
      return ScoredRecord.class;
    }

    @Override
    public ScoredRecord read(CompactReader in) {
      return new ScoredRecord(
          in.readFloat32("score"),
          in.readString("label"),
          in.readArrayOfFloat32("scores"),
          in.readString("model"),
          in.readInt32("version"),
          in.readInt64("epoch"),
          in.readInt64("sourceSequence"),
          in.readInt64("fingerprint"),
          in.readInt64("scoredAt"));
    }

    @Override
    public void write(CompactWriter out, ScoredRecord prediction) {
      throw new UnsupportedOperationException("predictions are written by Nearscore");
    }
  }
}
