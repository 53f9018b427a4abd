import { exampleModel, type LocalCluster } from '@nearscore/local-cluster';

type Cluster = Pick<LocalCluster, 'gatewayUrl' | 'gridMembers' | 'nodeUrls' | 'redisUrl'>;

/** Where everything is, and three ways to put a record and read its prediction. */
export function nextSteps(cluster: Cluster, clusterName: string, hasExamples: boolean): string[] {
  const { gatewayUrl, gridMembers, nodeUrls } = cluster;
  const places = [
    ['Gateway', gatewayUrl],
    ['API docs', `${gatewayUrl}/docs`],
    ['Nodes', `${gatewayUrl}/v1/nodes`],
    ['Metrics', [gatewayUrl, ...nodeUrls].map((url) => `${url}/metrics`).join('  ')],
    ['Grid', `${gridMembers.join(', ')} (cluster ${clusterName})`],
  ];
  const lines = places.map(([what = '', where]) => `  ${what.padEnd(9)} ${where}`);
  return hasExamples ? [...lines, '', ...commands(cluster, clusterName)] : lines;
}

function commands({ gatewayUrl, gridMembers }: Cluster, clusterName: string): string[] {
  const stream = `${gatewayUrl}/v1/streams/phishing`;
  const record = JSON.stringify(exampleModel('phishing').records[0]?.values);
  const grid = `${gridMembers[0]} ${clusterName}`;
  return [
    'Put a record, read its prediction:',
    `  curl -X PUT ${stream}/records/my-page -H 'content-type: application/json' -d '${record}' && curl ${stream}/predictions/my-page`,
    `  node deploy/examples/score.mjs ${grid}`,
    `  java -cp .cache/artifacts/hazelcast-5.7.0.jar deploy/examples/Score.java ${grid}`,
  ];
}
