// Puts a record into the grid with the stock Hazelcast client and reads its prediction:
//   node deploy/examples/score.mjs [host:port of a member] [cluster name]
import hazelcast from 'hazelcast-client';

const [member = '127.0.0.1:5701', clusterName = 'nearscore'] = process.argv.slice(2);
const client = await hazelcast.Client.newHazelcastClient({
  clusterName,
  network: { clusterMembers: [member] },
  properties: { 'hazelcast.logging.level': 'WARN' },
});
const records = await client.getMap('features.phishing');
const predictions = await client.getMap('predictions.phishing');

const key = `page-${Date.now()}`;
const scored = new Promise((resolve) => {
  predictions.addEntryListener({ added: ({ value }) => resolve(value) }, key, true).then(put);
});

async function put() {
  const page = {
    empty_server_form_handler: 1,
    popup_window: 0,
    https: 0.5,
    request_from_other_domain: 0.5,
    anchor_from_other_domain: 0,
    is_popular: 0.5,
    long_url: 0,
    age_of_domain: 1,
    ip_in_url: 0,
  };
  await records.set(key, new hazelcast.HazelcastJsonValue(JSON.stringify(page)));
}

const prediction = await scored;
console.log(`${key}: ${prediction.getString('label')}, score ${prediction.getFloat32('score')}`);
await client.shutdown();
