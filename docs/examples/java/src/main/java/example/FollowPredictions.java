package example;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.internal.journal.EventJournalInitialSubscriberState;
import com.hazelcast.internal.journal.EventJournalReader;
import com.hazelcast.map.EventJournalMapEvent;
import com.hazelcast.ringbuffer.ReadResultSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Prints every prediction from the journal of the map: at least once, in order per key, whether this program or a member
 * ends meanwhile. Where events were overwritten before they were read, it says so and goes on with the oldest that are left.
 *
 * <p>One thread handles and saves; each partition has one reading under way.
 */
public final class FollowPredictions {
  private static final String MAP = "predictions.phishing";

  /** Positions of another name are another reader, with positions of its own. */
  private static final String POSITIONS = "example.positions.phishing";

  private static final int MAX_EVENTS = 1_000;

  /**
   * A backup that is promoted may lack the last events that its member told of, and give their sequences to others. So
   * many are read again when a partition has another owner. Nearscore writes at most NEARSCORE_MAX_BATCH (512) predictions
   * of a partition at a time.
   */
  private static final int REPLAY = 1_024;

  /** `events` is null when the partition has to begin again. `owner` is the one since it began. */
  private record Reading(
      int partition, String owner, long from, ReadResultSet<EventJournalMapEvent<String, Prediction>> events) {}

  private final HazelcastInstance client;
  private final EventJournalReader<EventJournalMapEvent<String, Prediction>> journal;
  private final SavedPositions positions;
  private final BlockingQueue<Reading> readings = new LinkedBlockingQueue<>();

  public static void main(String[] args) throws InterruptedException {
    HazelcastInstance client = Grid.connect(args, new Prediction.Serializer());
    try {
      new FollowPredictions(client).run();
    } finally {
      client.shutdown();
    }
  }

  @SuppressWarnings("unchecked")
  private FollowPredictions(HazelcastInstance client) throws InterruptedException {
    this.client = client;
    // Maps of a client have it, though IMap does not show it.
    journal = (EventJournalReader<EventJournalMapEvent<String, Prediction>>) (Object) client.getMap(MAP);
    positions = new SavedPositions(client, POSITIONS);
  }

  private void run() throws InterruptedException {
    for (int partition = 0; partition < positions.count(); partition++) begin(partition, false);
    System.out.println("following");
    while (client.getLifecycleService().isRunning()) {
      Reading reading = readings.poll(1, TimeUnit.SECONDS);
      if (reading != null) handle(reading);
    }
  }

  /** `replay`: also when the owner is the one that the position is of. */
  private void begin(int partition, boolean replay) {
    try {
      // Asked for first: if it changes meanwhile, the first reading tells.
      String owner = positions.ownerOf(partition);
      read(partition, owner, startOf(partition, owner, replay));
    } catch (RuntimeException e) {
      beginLater(partition, e);
    }
  }

  private long startOf(int partition, String owner, boolean replay) {
    EventJournalInitialSubscriberState kept = journal.subscribeToEventJournal(partition).toCompletableFuture().join();
    long oldest = kept.getOldestSequence();
    long end = kept.getNewestSequence() + 1;
    SavedPositions.Position saved = positions.get(partition);
    if (saved == null) {
      positions.set(partition, new SavedPositions.Position(oldest, owner));
      // So at the first start, and when the grid was started anew.
      System.out.printf("partition %d: no position, beginning with %d%n", partition, oldest);
      return oldest;
    }
    if (saved.next() > end + REPLAY) return lost(partition, "the journal began again", oldest);
    if (saved.next() < oldest) return lost(partition, (oldest - saved.next()) + " events", oldest);
    long next = Math.min(saved.next(), end);
    return saved.owner().equals(owner) && !replay ? next : Math.max(oldest, next - REPLAY);
  }

  /** Completes as soon as there is one event, with at most MAX_EVENTS. */
  private void read(int partition, String owner, long from) {
    journal
        .<EventJournalMapEvent<String, Prediction>>readFromEventJournal(from, 1, MAX_EVENTS, partition, null, null)
        .whenComplete(
            (events, error) -> {
              if (error == null) readings.add(new Reading(partition, owner, from, events));
              else beginLater(partition, error);
            });
  }

  private void beginLater(int partition, Throwable reason) {
    System.err.printf("partition %d begins again: %s%n", partition, reason);
    CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS)
        .execute(() -> readings.add(new Reading(partition, "", 0, null)));
  }

  private void handle(Reading reading) {
    int partition = reading.partition;
    if (reading.events == null || !reading.owner.equals(positions.ownerOf(partition))) {
      begin(partition, true);
      return;
    }
    long next = reading.from;
    for (int i = 0; i < reading.events.size(); i++) {
      long sequence = reading.events.getSequence(i);
      if (sequence > next) lost(partition, (sequence - next) + " events", sequence);
      print(partition, sequence, reading.events.get(i));
      next = sequence + 1;
    }
    try {
      positions.set(partition, new SavedPositions.Position(next, reading.owner));
      read(partition, reading.owner, next);
    } catch (RuntimeException e) {
      beginLater(partition, e);
    }
  }

  private static void print(int partition, long sequence, EventJournalMapEvent<String, Prediction> event) {
    Prediction it = event.getNewValue();
    String what = it == null ? "removed" : "%s %.9f".formatted(it.label(), it.score());
    System.out.printf("%d/%d %s: %s%n", partition, sequence, event.getKey(), what);
  }

  private static long lost(int partition, String what, long from) {
    System.out.printf("lost in partition %d: %s; going on with %d%n", partition, what, from);
    return from;
  }
}
