import { projectPath } from '@nearscore/local-cluster';
import { type ExampleVersion } from '@nearscore/testkit';
import { MAVEN_TIMEOUT_MS, runMavenTests } from './maven-tests';
import { type Stack, startStack } from './stack';

const VERSION: ExampleVersion = 2;

describe('a stock Java client (test/java)', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack();
    await stack.deployExample('phishing', VERSION);
    await stack.deployExample('breast-cancer', VERSION);
  }, 60_000);
  afterAll(() => stack?.stop());

  it(
    'writes records in each of its formats, reads predictions as objects and as GenericRecord, listens',
    async () => {
      const counts = await runMavenTests('test/java', {
        'nearscore.member': stack.member.address,
        'nearscore.cluster': stack.member.clusterName,
        'nearscore.gateway': stack.gateway.url,
        'nearscore.examples': projectPath('deploy', 'example-models'),
        'nearscore.version': String(VERSION),
      });
      expect(counts).toEqual({
        'nearscore.RecordFormatsTest': { passed: 10, notPassed: 0 },
        'nearscore.WithoutPredictionClassTest': { passed: 5, notPassed: 0 },
      });
    },
    MAVEN_TIMEOUT_MS + 10_000,
  );
});
