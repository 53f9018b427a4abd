package nearscore.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;

/** One session and one direct buffer, for one thread: rows are added, then run together, without a copy between. */
final class BatchScorer implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final Model model;
  private final OrtSession session;
  private FloatBuffer rows = directFloats(0);

  BatchScorer(Model model) throws OrtException {
    this.model = model;
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session = environment.createSession(model.path(), options);
    }
  }

  /** Begins a batch of at most this many rows. */
  void begin(int most) {
    if (rows.capacity() < most * model.features()) rows = directFloats(most * model.features());
    rows.clear();
  }

  void add(float[] features) {
    rows.put(features);
  }

  /** The score of every row that was added. */
  float[] run() throws OrtException {
    int count = rows.position() / model.features();
    rows.flip();
    try (var input = OnnxTensor.createTensor(environment, rows, new long[] {count, model.features()});
        var result = session.run(Map.of(model.input(), input), Set.of(model.output()))) {
      var output = ((OnnxTensor) result.get(0)).getFloatBuffer();
      int columns = output.remaining() / count;
      float[] scores = new float[count];
      for (int row = 0; row < count; row++) scores[row] = output.get(row * columns + model.column());
      return scores;
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }

  private static FloatBuffer directFloats(int count) {
    return ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }
}
