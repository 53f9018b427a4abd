package nearscore.bench;

import static com.hazelcast.jet.Util.mapEventToEntry;
import static com.hazelcast.jet.Util.mapPutEvents;
import static com.hazelcast.jet.pipeline.JournalInitialPosition.START_FROM_CURRENT;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.jet.Job;
import com.hazelcast.jet.config.JobConfig;
import com.hazelcast.jet.config.ProcessingGuarantee;
import com.hazelcast.jet.core.JobStatus;
import com.hazelcast.jet.pipeline.Pipeline;
import com.hazelcast.jet.pipeline.Sinks;
import com.hazelcast.jet.pipeline.Sources;
import java.util.Map.Entry;

/** A member that scores inside its own JVM: journal of the record map → batched runs → prediction map. */
public final class JetMember {
  private JetMember() {}

  public static void main(String[] arguments) throws InterruptedException {
    var model = Model.fromProperties();
    var config = Config.load();
    config.getJetConfig().setEnabled(true);
    config
        .getSerializationConfig()
        .getCompactSerializationConfig()
        .addSerializer(new FeaturesSerializer(model.features()))
        .addSerializer(new PredictionSerializer());
    var member = Hazelcast.newHazelcastInstance(config);
    // As much as Nearscore promises: every acknowledged record is scored, some of them twice after a crash.
    var job = new JobConfig().setName("score").setProcessingGuarantee(ProcessingGuarantee.AT_LEAST_ONCE);
    awaitRunning(member.getJet().newJob(pipeline(model), job));
    System.out.println("scoring");
  }

  private static Pipeline pipeline(Model model) {
    String records = System.getProperty("bench.records");
    String predictions = System.getProperty("bench.predictions");
    int parallelism = Integer.getInteger("bench.parallelism");
    // Puts of a key stay in order: each source processor feeds one scoring processor.
    var pipeline = Pipeline.create().setPreserveOrder(true);
    pipeline
        .readFrom(Sources.mapJournal(records, START_FROM_CURRENT, mapEventToEntry(), mapPutEvents()))
        .withoutTimestamps()
        .setLocalParallelism(parallelism)
        .<Entry<Object, Prediction>>customTransform("score", () -> new ScoreProcessor(model))
        .setLocalParallelism(parallelism)
        .writeTo(Sinks.map(predictions))
        .setLocalParallelism(parallelism);
    return pipeline;
  }

  private static void awaitRunning(Job job) throws InterruptedException {
    while (job.getStatus() != JobStatus.RUNNING) Thread.sleep(20);
  }
}
