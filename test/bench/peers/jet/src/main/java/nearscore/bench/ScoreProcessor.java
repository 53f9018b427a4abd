package nearscore.bench;

import static java.util.Map.entry;

import ai.onnxruntime.OrtException;
import com.hazelcast.jet.core.Inbox;
import com.hazelcast.jet.core.Outbox;
import com.hazelcast.jet.core.Processor;
import com.hazelcast.jet.core.Watermark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map.Entry;

/**
 * Scores all that has come since the last call in one run. A future per batch, as mapUsingServiceAsyncBatched wants it,
 * would buy nothing here: a run takes tens of microseconds, and the cooperative thread has nothing else to do meanwhile.
 */
final class ScoreProcessor implements Processor {
  private static final int VERSION = 1;

  private final Model model;
  private final List<Entry<Object, Prediction>> scored = new ArrayList<>();
  private BatchScorer scorer;
  private Outbox outbox;
  private int emitted;

  ScoreProcessor(Model model) {
    this.model = model;
  }

  @Override
  public void init(Outbox outbox, Context context) throws OrtException {
    this.outbox = outbox;
    scorer = new BatchScorer(model);
  }

  /** An item stays in the inbox until its prediction is taken: so a snapshot never falls between the two. */
  @Override
  public void process(int ordinal, Inbox inbox) {
    if (emitted == scored.size()) score(inbox);
    while (emitted < scored.size() && outbox.offer(scored.get(emitted))) {
      inbox.remove();
      emitted++;
    }
  }

  /** The pipeline has no timestamps. */
  @Override
  public boolean tryProcessWatermark(Watermark watermark) {
    return outbox.offer(watermark);
  }

  private void score(Inbox inbox) {
    scored.clear();
    emitted = 0;
    scorer.begin(inbox.size());
    for (Object item : inbox) scorer.add(featuresOf(((Entry<?, ?>) item).getValue()));
    float[] scores = run();
    long now = System.currentTimeMillis();
    int row = 0;
    for (Object item : inbox) {
      scored.add(entry(((Entry<?, ?>) item).getKey(), new Prediction(scores[row++], VERSION, now)));
    }
  }

  private float[] run() {
    try {
      return scorer.run();
    } catch (OrtException error) {
      throw new IllegalStateException(error);
    }
  }

  private static float[] featuresOf(Object record) {
    return record instanceof Features features ? features.values() : (float[]) record;
  }

  @Override
  public void close() throws OrtException {
    if (scorer != null) scorer.close();
  }
}
