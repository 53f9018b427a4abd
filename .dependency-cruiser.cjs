/**
 * The boundaries of docs/architecture.md, enforced. `apps` meet the libs; libs are one-way; each big outside package has
 * exactly one home.
 */
const only = (name, packages, homes, extra = {}) => ({
  name,
  severity: 'error',
  comment: `Only ${homes.join(', ')} may import ${packages.join(', ')}.`,
  from: { pathNot: [...homes.map((home) => `^${home}/`), '^test/', '\\.spec\\.ts$', '^libs/testkit/'], ...extra },
  to: { path: packages.map((name) => `node_modules/${name}(/|$)`) },
});

const never = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '\\.spec\\.ts$' },
  to: { path: to },
});

const CAPABILITIES = ['grid', 'inference', 'queues', 'open-inference'];

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'warn',
      from: { orphan: true, pathNot: ['\\.(spec|d)\\.ts$', 'main\\.ts$', '\\.js$'] },
      to: {},
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'libs-through-their-index',
      severity: 'error',
      comment: 'A lib is used through src/index.ts alone.',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/(?!index\\.ts$)', pathNot: '^$1/$2/' },
    },
    never('libs-never-import-apps', '^libs/', '^apps/'),
    {
      name: 'apps-never-import-each-other',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    ...CAPABILITIES.map((lib) =>
      never(
        `${lib}-meets-others-in-apps`,
        `^libs/${lib}/`,
        CAPABILITIES.filter((other) => other !== lib).map((other) => `^libs/${other}/`),
      ),
    ),
    never('records-is-pure', '^libs/records/', [
      '^libs/(?!errors|records)',
      '^(node:)?(fs|net|http|child_process|worker_threads)$',
    ]),
    never('rollouts-is-pure', '^libs/rollouts/', [
      '^libs/(?!errors|registry|rollouts)',
      '^(node:)?(fs|net|http|child_process|worker_threads)$',
    ]),
    never('errors-imports-nothing', '^libs/errors/', ['^libs/(?!errors)', 'node_modules']),
    never('background-imports-nothing', '^libs/background/', ['^libs/(?!background)', 'node_modules']),
    {
      ...never('client-imports-nothing', '^libs/client/', ['^(libs|apps|test)/(?!client/)', 'node_modules']),
      comment: 'The SDK runs in browsers, without dependencies.',
    },
    {
      ...never('client-knows-no-node', '^libs/client/', ['.*']),
      to: { dependencyTypes: ['core'] },
    },
    never('testkit-is-for-tests', '^(apps|libs/(?!testkit))', '^libs/testkit/'),
    only('grid-is-the-user-of-hazelcast-client', ['hazelcast-client'], ['libs/grid']),
    only('inference-is-the-user-of-onnxruntime', ['onnxruntime-node', 'onnxruntime-common'], ['libs/inference']),
    only('queues-is-the-user-of-bullmq', ['bullmq', 'ioredis'], ['libs/queues']),
    only('metrics-is-the-user-of-prom-client', ['prom-client'], ['libs/metrics']),
    {
      name: 'nest-only-at-the-rim',
      severity: 'error',
      comment: 'Libs are plain TypeScript; only files with a role suffix know Nest.',
      from: {
        path: '^libs/',
        pathNot: [
          '\\.(module|controller|interceptor|filter|processor|transport)\\.ts$',
          '\\.spec\\.ts$',
          '^libs/testkit/',
        ],
      },
      to: { path: 'node_modules/@nestjs/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|target)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
