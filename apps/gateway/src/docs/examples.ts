/** One consistent world for all examples of the documentation: a test sends each of them to a real gateway. */
const record = {
  empty_server_form_handler: 0,
  popup_window: 0,
  https: 0,
  request_from_other_domain: 0,
  anchor_from_other_domain: 0,
  is_popular: 0.5,
  long_url: 1,
  age_of_domain: 1,
  ip_in_url: 1,
};

const key = 'phishing-00000';
const place = { key, partition: 17 };
const deployment = { model: 'phishing', version: 1 };
const names = ['legitimate', 'phishing'];
const signature = {
  inputs: [{ name: 'features', datatype: 'float32', shape: [null, 9] }],
  outputs: [
    { name: 'label', datatype: 'int64', shape: [null] },
    { name: 'probabilities', datatype: 'float32', shape: [null, 2] },
  ],
};
const aliases = { live: ['phishing'], candidate: [], previous: [] };
const canary = { type: 'canary', steps: [1, 10, 50].map((percent) => ({ percent, holdSeconds: 60 })) };
const time = '2026-11-22T10:00:00.000Z';

export const EXAMPLES = {
  stream: 'phishing',
  key,
  record,
  deployment,
  deploymentRequest: { ...deployment, maxUnscoredAgeSeconds: 10, retries: { attempts: 8, firstDelaySeconds: 2 } },
  place,
  stored: { ...place, value: record },
  items: [
    { key, value: record },
    { key: 'phishing-00001', value: { ...record, https: 0.5 } },
  ],
  written: { written: 2, records: [place, { key: 'phishing-00001', partition: 4 }] },
  prediction: {
    ...{ key, score: 0.99787, label: 'phishing', scores: [0.00213, 0.99787], ...deployment },
    ...{ epoch: 1, sourceSequence: 41, partition: 17, scoredAt: time },
  },
  deadLetter: {
    ...{ key: 'phishing-00666', keyData: 'AAAAAP////UAAAAOcGhpc2hpbmctMDA2NjY=', partition: 17, state: 'dead' },
    reason: { code: 'WRONG_KIND', field: 'https', message: 'expected a number' },
    ...{ attempts: 1, ...deployment, epoch: 1, sourceSequence: 41 },
    ...{ firstAt: time, lastAt: time, nextAttemptAt: null },
  },
  streamView: {
    stream: 'phishing',
    deployment: {
      ...{ ...deployment, epoch: 1, featureMap: 'features.phishing', predictionMap: 'predictions.phishing' },
      ...{ sha256: 'c0ffee…', candidate: null, previous: null, rollout: null, rescoreBefore: null },
      ...{ maxUnscoredAgeSeconds: null, retries: null, updatedAt: time },
    },
    counts: { records: 1250, predictions: 1250, parked: 0 },
    lag: {
      ...{ unscoredRecords: 0, oldestUnscoredSeconds: 0, maxUnscoredAgeSeconds: 10 },
      ...{ partitionsWithoutLease: 0, journalHeadroomSeconds: null },
    },
    rate: { scoredPerSecond: 0 },
    rescored: null,
    fields: [{ name: 'https', kind: 'float32', nullable: false }],
  },
  rolloutRequest: {
    ...{ stream: 'phishing', version: 2 },
    strategy: canary,
  },
  rollout: {
    ...{ id: 'phishing.1', stream: 'phishing', kind: 'rollout' },
    from: { ...deployment, sha256: 'c0ffee…' },
    to: { model: 'phishing', version: 2, sha256: 'decade…' },
    strategy: {
      ...canary,
      guards: { minSamples: 500, maxErrorRate: 0.01, maxRunP99Ratio: 5, maxPsi: 0.25 },
    },
    ...{ rescore: false, state: 'preparing', step: 0, percent: 0, epoch: 1 },
    nodes: [{ node: 'host-8100', state: 'PREPARING', reason: null }],
    ...{ figures: null, reason: null, by: 'ada', startedAt: time, changedAt: time, endedAt: null },
  },
  config: {
    input: 'features',
    features: Object.keys(record),
    labels: names,
    score: { output: 'probabilities', column: 1 },
  },
  modelVersion: {
    ...{ ...deployment, sha256: 'c0ffee…', uploadedSha256: 'c0ffee…', byteLength: 4711 },
    ...{ admittedAt: time, admittedBy: 'ada', aliases, signature },
    config: { score: { output: 'probabilities', column: 1 } },
    graph: {
      ...{ irVersion: 8, opset: { 'ai.onnx': 17, 'ai.onnx.ml': 1 }, domains: ['ai.onnx', 'ai.onnx.ml'] },
      ...{ nodes: 12, initializers: 6, initializerBytes: 3204 },
    },
    admission: {
      ...{ uploadedByteLength: 4711, lowered: [], probe: { rows: 512, failed: 0 }, goldenRows: 0 },
      stepsMs: { parse: 2, load: 41, probe: 12, golden: 0, total: 310 },
    },
  },
  models: {
    models: [
      { model: 'phishing', versions: [1, 2, 3], aliases: { live: { phishing: 1 }, candidate: {}, previous: {} } },
    ],
  },
  cluster: {
    partitions: 271,
    partitionsWithoutLease: 0,
    members: [{ uuid: '5b3f6f0e-…', address: '127.0.0.1:5701', version: '5.7.0', partitions: 271 }],
    nodes: [
      {
        ...{ id: 'host-8100', address: '127.0.0.1:8100', ready: true, serving: true, alive: true },
        lanes: [{ lane: 0, partitions: 271, leases: 271 }],
        leases: { held: 271, waiting: 0, takeovers: 0, lost: 0, fenced: 0 },
        ...{ partitions: 271, locality: 1, recordsRead: 1250, streams: [], startedAt: time, heartbeatAt: time },
        member: { uuid: '5b3f6f0e-…', address: '127.0.0.1:5701', version: '5.7.0', partitions: 271 },
        softwareVersion: '0.1.0',
      },
    ],
  },
  doctor: {
    ...{ status: 'ok', softwareVersion: '0.1.0', checkedAt: time },
    findings: [
      { check: 'redis', subject: null, status: 'ok', message: 'maxmemory-policy is noeviction', advice: null },
      { check: 'leases', subject: 'phishing', status: 'ok', message: 'all 271 partitions are scored', advice: null },
    ],
  },
  ready: {
    grid: { up: true, members: 1 },
    nodes: { up: true, ready: 1, known: 1 },
    deployments: { up: true, count: 2 },
    redis: { up: true, latencyMs: 0.4, version: '7.2.5', maxmemoryPolicy: 'noeviction', warning: null },
  },
} as const;
