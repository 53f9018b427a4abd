package example;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;

/** What Nearscore says of a record. `label` may be null; `scoredAt` is milliseconds since 1970. */
record Prediction(
    float score,
    String label,
    float[] scores,
    String model,
    int version,
    long epoch,
    long sourceSequence,
    long fingerprint,
    long scoredAt) {

  /** Reads the Compact type `nearscore.Prediction` as this class. */
  static final class Serializer implements CompactSerializer<Prediction> {
    @Override
    public String getTypeName() {
      return "nearscore.Prediction";
    }

    @Override
    public Class<Prediction> getCompactClass() {
      return Prediction.class;
    }

    @Override
    public Prediction read(CompactReader in) {
      return new Prediction(
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
    public void write(CompactWriter out, Prediction prediction) {
      throw new UnsupportedOperationException("predictions are written by Nearscore");
    }
  }
}
