package nearscore;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** The running Nearscore that the tests are told of by system properties. */
final class Nearscore {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Nearscore() {}

  static String setting(String name) {
    return Objects.requireNonNull(System.getProperty("nearscore." + name), () -> "nearscore." + name + " is not set");
  }

  /** Of both example models. */
  static int version() {
    return Integer.parseInt(setting("version"));
  }

  static HazelcastInstance connect(CompactSerializer<?>... serializers) {
    ClientConfig config = new ClientConfig().setClusterName(setting("cluster"));
    config.getNetworkConfig().addAddress(setting("member"));
    config.getSerializationConfig().getCompactSerializationConfig().setSerializers(serializers);
    return HazelcastClient.newHazelcastClient(config);
  }

  /** What `attempt` gives as soon as it no longer fails an assertion. */
  static <T> T eventually(Supplier<T> attempt) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return attempt.get();
      } catch (AssertionError e) {
        if (System.nanoTime() > deadline) throw e;
        LockSupport.parkNanos(Duration.ofMillis(25).toNanos());
      }
    }
  }
}
