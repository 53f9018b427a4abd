package example;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;

/** Prints every prediction that the grid tells of, until it is stopped. */
public final class ListenToPredictions
    implements EntryAddedListener<String, Prediction>,
        EntryUpdatedListener<String, Prediction>,
        EntryRemovedListener<String, Prediction> {

  public static void main(String[] args) {
    HazelcastInstance client = Grid.connect(args, new Prediction.Serializer());
    IMap<String, Prediction> predictions = client.getMap("predictions.phishing");
    // true: events carry the prediction, not only its key.
    predictions.addEntryListener(new ListenToPredictions(), true);
    System.out.println("listening");
  }

  @Override
  public void entryAdded(EntryEvent<String, Prediction> event) {
    print(event);
  }

  @Override
  public void entryUpdated(EntryEvent<String, Prediction> event) {
    print(event);
  }

  @Override
  public void entryRemoved(EntryEvent<String, Prediction> event) {
    System.out.println("removed " + event.getKey());
  }

  /** On a thread of the client: hand long work to a thread of your own. */
  private static void print(EntryEvent<String, Prediction> event) {
    Prediction it = event.getValue();
    System.out.printf("%s: %s %.9f%n", event.getKey(), it.label(), it.score());
  }
}
