package nearscore.bench;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;

/** Written by hand: the one that Hazelcast derives from a record uses reflection. */
final class PredictionSerializer implements CompactSerializer<Prediction> {
  @Override
  public Prediction read(CompactReader reader) {
    return new Prediction(reader.readFloat32("score"), reader.readInt32("version"), reader.readInt64("scoredAt"));
  }

  @Override
  public void write(CompactWriter writer, Prediction prediction) {
    writer.writeFloat32("score", prediction.score());
    writer.writeInt32("version", prediction.version());
    writer.writeInt64("scoredAt", prediction.scoredAt());
  }

  @Override
  public String getTypeName() {
    return "bench.Prediction";
  }

  @Override
  public Class<Prediction> getCompactClass() {
    return Prediction.class;
  }
}
