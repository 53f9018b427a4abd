package example;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.partition.PartitionService;
import java.util.concurrent.TimeUnit;

/**
 * The next sequence to read of each partition, in a map of the grid, each under a key that lies in that very partition: a
 * position lives and dies with the journal that it is of.
 */
final class SavedPositions {
  /** `owner` is the partition's owner since its reader began. */
  record Position(long next, String owner) {}

  private final PartitionService partitions;
  private final IMap<String, Position> map;
  private final String[] keys;

  SavedPositions(HazelcastInstance client, String name) throws InterruptedException {
    partitions = client.getPartitionService();
    map = client.getMap(name);
    keys = new String[partitions.getPartitions().size()];
    for (int i = 0, found = 0; found < keys.length; i++) {
      int partition = partitions.getPartition("p" + i).getPartitionId();
      if (keys[partition] != null) continue;
      keys[partition] = "p" + i;
      found++;
    }
    // The members share the partitions out with the first use of the grid; the client hears of it a moment later.
    for (map.size(); ownerOf(0).isEmpty(); map.size()) TimeUnit.MILLISECONDS.sleep(50);
  }

  int count() {
    return keys.length;
  }

  Position get(int partition) {
    return map.get(keys[partition]);
  }

  void set(int partition, Position position) {
    map.set(keys[partition], position);
  }

  /** Empty while the partition has none. */
  String ownerOf(int partition) {
    var owner = partitions.getPartition(keys[partition]).getOwner();
    return owner == null ? "" : owner.getUuid().toString();
  }
}
