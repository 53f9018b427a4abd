package example;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastJsonValue;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import com.hazelcast.query.Predicate;
import com.hazelcast.query.Predicates;

/** Prints the records of the stream that cannot be scored: those that are parked already, then every new one. */
public final class ListenToParked
    implements EntryAddedListener<String, HazelcastJsonValue>, EntryUpdatedListener<String, HazelcastJsonValue> {

  public static void main(String[] args) {
    HazelcastInstance client = Grid.connect(args);
    IMap<String, HazelcastJsonValue> parked = client.getMap("nearscore.parked");
    Predicate<String, HazelcastJsonValue> ofStream = Predicates.equal("stream", "phishing");
    parked.addEntryListener(new ListenToParked(), ofStream, true);
    parked.values(ofStream).forEach(System.out::println);
    System.out.println("listening");
  }

  @Override
  public void entryAdded(EntryEvent<String, HazelcastJsonValue> event) {
    System.out.println(event.getValue());
  }

  @Override
  public void entryUpdated(EntryEvent<String, HazelcastJsonValue> event) {
    System.out.println(event.getValue());
  }
}
