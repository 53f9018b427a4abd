import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.nio.serialization.genericrecord.GenericRecord;
import com.hazelcast.nio.serialization.genericrecord.GenericRecordBuilder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Puts a record into the grid with the stock Hazelcast client and reads its prediction (a JDK runs this file as it is):
 * java -cp .cache/artifacts/hazelcast-5.7.0.jar deploy/examples/Score.java [host:port of a member] [cluster name]
 */
public class Score {
    public static void main(String[] args) throws Exception {
        System.setProperty("hazelcast.logging.type", "none");
        ClientConfig config = new ClientConfig();
        config.setClusterName(args.length > 1 ? args[1] : "nearscore");
        config.getNetworkConfig().addAddress(args.length > 0 ? args[0] : "127.0.0.1:5701");
        HazelcastInstance client = HazelcastClient.newHazelcastClient(config);
        try {
            System.out.println(score(client, "page-" + System.currentTimeMillis()));
        } finally {
            client.shutdown();
        }
    }

    private static String score(HazelcastInstance client, String key) throws Exception {
        IMap<String, GenericRecord> records = client.getMap("features.phishing");
        IMap<String, GenericRecord> predictions = client.getMap("predictions.phishing");
        CompletableFuture<GenericRecord> scored = new CompletableFuture<>();
        EntryAddedListener<String, GenericRecord> listener = event -> scored.complete(event.getValue());
        predictions.addEntryListener(listener, key, true);
        records.set(key, page());
        GenericRecord prediction = scored.get(10, TimeUnit.SECONDS);
        return key + ": " + prediction.getString("label") + ", score " + prediction.getFloat32("score");
    }

    private static GenericRecord page() {
        return GenericRecordBuilder.compact("phishing.Page")
                .setFloat32("empty_server_form_handler", 1)
                .setFloat32("popup_window", 0)
                .setFloat32("https", 0.5f)
                .setFloat32("request_from_other_domain", 0.5f)
                .setFloat32("anchor_from_other_domain", 0)
                .setFloat32("is_popular", 0.5f)
                .setFloat32("long_url", 0)
                .setFloat32("age_of_domain", 1)
                .setFloat32("ip_in_url", 0)
                .build();
    }
}
