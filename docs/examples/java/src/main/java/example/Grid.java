package example;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.nio.serialization.compact.CompactSerializer;

final class Grid {
  private Grid() {}

  /** `args`: [host:port of a member] [cluster name], by default those of `npm start`. */
  static ClientConfig config(String... args) {
    ClientConfig config = new ClientConfig();
    config.setClusterName(args.length > 1 ? args[1] : "nearscore");
    config.getNetworkConfig().addAddress(args.length > 0 ? args[0] : "127.0.0.1:5701");
    // What the grid acknowledges, a backup has: a write that no backup confirmed in time fails, instead of looking done.
    config.setProperty("hazelcast.client.operation.fail.on.indeterminate.state", "true");
    return config;
  }

  static HazelcastInstance connect(String[] args, CompactSerializer<?>... serializers) {
    ClientConfig config = config(args);
    config.getSerializationConfig().getCompactSerializationConfig().setSerializers(serializers);
    return HazelcastClient.newHazelcastClient(config);
  }
}
