package example;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.internal.journal.EventJournalInitialSubscriberState;
import com.hazelcast.internal.journal.EventJournalReader;
import com.hazelcast.map.EventJournalMapEvent;
import com.hazelcast.ringbuffer.ReadResultSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Prints every prediction from the journal of the map: at least once, in order per key, whether this program or a member
 * ends meanwhile. Where events were overwritten before they were read, it says so and goes on with the oldest that are left.
 *
 * <p>One thread reads, handles and saves; each partition has one reading under way.
 */
public final class FollowPredictions {
  private static final String MAP = "predictions.phishing";

  /** Positions of another name are another reader, with positions of its own. */
  private static final String POSITIONS = "example.positions.phishing";

  private static final int MAX_EVENTS = 1_000;

  /**
   * A backup that is promoted may lack the last events that its member told of, and gives their sequences to others. So
   * many are read again then. Nearscore writes at most NEARSCORE_MAX_BATCH (512) predictions of a partition at a time.
   */
  private static final int REPLAY = 1_024;

  private record Reading(
      int round,
      int partition,
      String owner,
      long from,
      ReadResultSet<EventJournalMapEvent<String, Prediction>> events) {}

  private final HazelcastInstance client;
  private final EventJournalReader<EventJournalMapEvent<String, Prediction>> journal;
  private final SavedPositions positions;
  private final BlockingQueue<Reading> readings = new LinkedBlockingQueue<>();
  private volatile boolean mustBeginAgain = true;
  private int round;
  private int newPositions;

  public static void main(String[] args) throws InterruptedException {
    new FollowPredictions(Grid.connect(args, new Prediction.Serializer())).run();
  }

  @SuppressWarnings("unchecked")
  private FollowPredictions(HazelcastInstance client) {
    this.client = client;
    // Maps of a client have it, though IMap does not show it.
    journal = (EventJournalReader<EventJournalMapEvent<String, Prediction>>) (Object) client.getMap(MAP);
    positions = new SavedPositions(client, POSITIONS);
    client.getLifecycleService().addLifecycleListener(event -> mustBeginAgain = true);
    client
        .getCluster()
        .addMembershipListener(
            new MembershipListener() {
              @Override
              public void memberAdded(MembershipEvent event) {}

              @Override
              public void memberRemoved(MembershipEvent event) {
                mustBeginAgain = true;
              }
            });
  }

  private void run() throws InterruptedException {
    boolean replay = false;
    while (client.getLifecycleService().isRunning()) {
      try {
        if (mustBeginAgain) {
          mustBeginAgain = false;
          beginAll(replay);
          replay = true;
        }
        Reading reading = readings.poll(100, TimeUnit.MILLISECONDS);
        if (reading != null && reading.round == round) handle(reading);
      } catch (RuntimeException e) {
        System.err.println("beginning again: " + e);
        mustBeginAgain = true;
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }

  /** What is under way of an earlier round is forgotten, and read again. */
  private void beginAll(boolean replay) {
    round++;
    newPositions = 0;
    for (int partition = 0; partition < positions.count(); partition++) read(partition, begin(partition, replay));
    System.out.printf("following; %d partitions from their oldest event, without a position%n", newPositions);
  }

  private long begin(int partition, boolean replay) {
    EventJournalInitialSubscriberState kept = journal.subscribeToEventJournal(partition).toCompletableFuture().join();
    long oldest = kept.getOldestSequence();
    long end = kept.getNewestSequence() + 1;
    SavedPositions.Position saved = positions.get(partition);
    if (saved == null) {
      newPositions++;
      positions.set(partition, new SavedPositions.Position(oldest, positions.ownerOf(partition)));
      return oldest;
    }
    if (saved.next() > end + REPLAY) return lost(partition, "the journal began again", oldest);
    if (saved.next() < oldest) return lost(partition, (oldest - saved.next()) + " events", oldest);
    boolean sameOwner = saved.owner().equals(positions.ownerOf(partition));
    if (sameOwner && !replay) return Math.min(saved.next(), end);
    return Math.max(oldest, Math.min(saved.next(), end) - REPLAY);
  }

  /** Completes as soon as there is one event, with at most MAX_EVENTS. */
  private void read(int partition, long from) {
    int ofRound = round;
    String owner = positions.ownerOf(partition);
    journal
        .<EventJournalMapEvent<String, Prediction>>readFromEventJournal(from, 1, MAX_EVENTS, partition, null, null)
        .whenComplete(
            (events, error) -> {
              if (error == null) readings.add(new Reading(ofRound, partition, owner, from, events));
              else mustBeginAgain = true;
            });
  }

  private void handle(Reading reading) {
    ReadResultSet<EventJournalMapEvent<String, Prediction>> events = reading.events;
    long next = reading.from;
    for (int i = 0; i < events.size(); i++) {
      long sequence = events.getSequence(i);
      if (sequence > next) lost(reading.partition, (sequence - next) + " events", sequence);
      print(reading.partition, sequence, events.get(i));
      next = sequence + 1;
    }
    positions.set(reading.partition, new SavedPositions.Position(next, reading.owner));
    read(reading.partition, next);
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
