package example;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.jet.config.JobConfig;
import com.hazelcast.jet.config.ProcessingGuarantee;
import com.hazelcast.jet.pipeline.JournalInitialPosition;
import com.hazelcast.jet.pipeline.Pipeline;
import com.hazelcast.jet.pipeline.Sinks;
import com.hazelcast.jet.pipeline.Sources;
import com.hazelcast.nio.serialization.genericrecord.GenericRecord;

/**
 * The journal of predictions as a Jet source. Jet runs in a member of its own, in this process: the grid that scores stays
 * as it is.
 */
public final class PredictionPipeline {
  public static void main(String[] args) {
    Pipeline pipeline = Pipeline.create();
    pipeline
        .readFrom(
            Sources.<String, GenericRecord>remoteMapJournal(
                "predictions.phishing", Grid.config(args), JournalInitialPosition.START_FROM_OLDEST))
        .withoutTimestamps()
        .map(it -> it.getKey() + ": " + it.getValue().getString("label") + " " + it.getValue().getFloat32("score"))
        .writeTo(Sinks.logger(line -> line));

    HazelcastInstance jet = Hazelcast.newHazelcastInstance(config());
    JobConfig job = new JobConfig().setName("predictions").setProcessingGuarantee(ProcessingGuarantee.AT_LEAST_ONCE);
    jet.getJet().newJob(pipeline, job).join();
  }

  private static Config config() {
    Config config = new Config().setClusterName("prediction-pipeline");
    config.getJetConfig().setEnabled(true);
    config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
    config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
    return config;
  }

  private PredictionPipeline() {}
}
