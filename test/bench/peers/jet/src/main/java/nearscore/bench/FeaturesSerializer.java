package nearscore.bench;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;

/** Reads the named fields f00, f01, … straight into an array: no generic record between. */
final class FeaturesSerializer implements CompactSerializer<Features> {
  private final String[] names;

  FeaturesSerializer(int features) {
    names = new String[features];
    for (int i = 0; i < features; i++) names[i] = String.format("f%02d", i);
  }

  @Override
  public Features read(CompactReader reader) {
    float[] values = new float[names.length];
    for (int i = 0; i < values.length; i++) values[i] = reader.readFloat32(names[i]);
    return new Features(values);
  }

  @Override
  public void write(CompactWriter writer, Features features) {
    for (int i = 0; i < names.length; i++) writer.writeFloat32(names[i], features.values()[i]);
  }

  @Override
  public String getTypeName() {
    return "bench.Record";
  }

  @Override
  public Class<Features> getCompactClass() {
    return Features.class;
  }
}
