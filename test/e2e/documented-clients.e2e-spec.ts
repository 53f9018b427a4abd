import { Client, type ClientConfig, HazelcastJsonValue, type IMap, Predicates } from 'hazelcast-client';
import { type PredictionRecord, predictionSerializer } from '@nearscore/records';
import { eventually, exampleModel, uniqueName } from '@nearscore/testkit';
import { documentedCommands, expectAsDocumented } from './documented-commands';
import { type ExampleProject, javaProject, type RunningProgram, typescriptProject } from './example-projects';
import { type Starter, startStarter } from './starter';

jest.setTimeout(300_000);
const SLOW = { timeoutMs: 30_000 };
const JAVA_KEYS = ['java-object', 'java-generic', 'java-json', 'java-floats'];
const TS_KEYS = ['ts-generic', 'ts-json', 'ts-object', 'ts-floats'];
/** More than the journal of one partition keeps: 600,000 of the map over 271 partitions. */
const OVERRUN = 2_300;
/** What was told and not saved yet when the follower was killed is told again; a partition has 5 of the records. */
const ONE_READING = 50;
const FAILOVER_RECORDS = 600;

/** The page that all programs write. */
const expected = exampleModel('phishing').expected.get('phishing-00001')?.[1] ?? NaN;

interface Parked {
  readonly stream: string;
  readonly sourceSequence: number;
}

describe('the grid clients of the docs, copied out, against npm start', () => {
  let starter: Starter;
  let java: ExampleProject;
  let typescript: ExampleProject;
  let client: Client;
  const running: RunningProgram[] = [];

  beforeAll(async () => {
    const args = (): string[] => [`127.0.0.1:${starter.memberPort}`, starter.clusterName];
    [starter, java, typescript] = await Promise.all([
      startStarter(['--members', '2'], { clusterName: uniqueName('documented') }),
      javaProject(args),
      typescriptProject(args),
    ]);
    await starter.printed(/1,250 of 1,250 phishing records scored by version 1/);
    client = await connect({ compact: { serializers: [predictionSerializer as never] } });
  });
  afterAll(async () => {
    await Promise.all(running.map((program) => program.stop()));
    await client?.shutdown();
    await starter?.interrupt();
    await Promise.all([java?.remove(), typescript?.remove()]);
  });

  it('write records in every format; listeners hear of their predictions, readers read them', async () => {
    const listening = await Promise.all([
      start(java, 'ListenToPredictions', /^listening$/m),
      start(typescript, 'listen-to-predictions', /^listening$/m),
    ]);
    expect(wordsAfter('written', await java.run('WriteRecords'))).toEqual(JAVA_KEYS);
    expect(wordsAfter('written', await typescript.run('write-records'))).toEqual(TS_KEYS);
    const keys = [...JAVA_KEYS, ...TS_KEYS].sort();
    for (const program of listening) {
      await eventually(() => expect([...scoresIn(program.output()).keys()].sort()).toEqual(keys), SLOW);
      expectScores(program.output());
    }
    const [readByJava, readByTs] = [await java.run('ReadPredictions'), await typescript.run('read-predictions')];
    expect([...scoresIn(readByJava).keys()].sort()).toEqual([...JAVA_KEYS, 'generic'].sort());
    expect([...scoresIn(readByTs).keys()].sort()).toEqual([...TS_KEYS, 'generic'].sort());
    for (const output of [readByJava, readByTs]) expectScores(output);
  });

  it('hear of records that are parked', async () => {
    const listening = await Promise.all([
      start(java, 'ListenToParked', /^listening$/m),
      start(typescript, 'listen-to-parked', /^listening$/m),
    ]);
    const records = await client.getMap<string, HazelcastJsonValue>('features.phishing');
    const values = { ...exampleModel('phishing').records[1]?.values, https: null };
    await records.set('parked-1', new HazelcastJsonValue(JSON.stringify(values)));
    const [heardByJava, heardByTs] = listening.map((program) => () => program.output());
    await eventually(() => {
      expect(heardByTs?.()).toMatch(/^parked-1: MISSING_FIELD https /m);
      expect(heardByJava?.()).toMatch(/^\{.*"key":"parked-1".*"code":"MISSING_FIELD".*"field":"https".*\}$/m);
    }, SLOW);
  });

  describe('that follow the journal', () => {
    /** What it tells until that is so, and it is killed. */
    async function followUntil(isSo: (told: string) => void): Promise<string> {
      const program = await start(java, 'FollowPredictions', /^following$/m);
      await eventually(() => isSo(program.output()), SLOW);
      await program.kill();
      return program.output();
    }

    const followUntilToldOf = (keys: readonly string[]): Promise<string> =>
      followUntil((told) => expect([...followed(told).keys()]).toEqual(expect.arrayContaining([...keys])));

    it('tell of every prediction', async () => {
      const predictions = await client.getMap<string, unknown>('predictions.phishing');
      const keys = [...(await predictions.keySet())];
      expect(keys.length).toBeGreaterThanOrEqual(1_250 + JAVA_KEYS.length + TS_KEYS.length);
      const told = await followUntilToldOf(keys);
      for (const [key, by] of exampleModel('phishing').expected) expect(followed(told).get(key)).toBeCloseTo(by[1], 5);
    });

    it('go on where they ended', async () => {
      await java.run('WriteRecords');
      const told = await followUntilToldOf(JAVA_KEYS);
      expect(followed(told).size).toBeLessThan(JAVA_KEYS.length + ONE_READING);
    });

    it('say what was lost', async () => {
      const predictions = await client.getMap<string, object>('predictions.phishing');
      const one = await predictions.get('java-object');
      for (let at = 0; at < OVERRUN; at += 100) {
        await Promise.all(Array.from({ length: 100 }, () => predictions.set('overrun', one as object)));
      }
      await followUntil((told) => {
        const [, partition, lost] = /^lost in partition (\d+): (\d+) events; going on with \d+$/m.exec(told) ?? [];
        const lines = told.match(/^\d+\/\d+ overrun: /gm) ?? [];
        expect(Number(lost)).toBeGreaterThan(0);
        expect(Number(lost) + lines.length).toBeGreaterThanOrEqual(OVERRUN);
        expect(Number(lost) + lines.length).toBeLessThan(OVERRUN + ONE_READING);
        expect(lines.filter((line) => !line.startsWith(`${partition}/`))).toEqual([]);
      });
    });
  });

  it('that are curl: each command of write-rest.md answers as the page shows', async () => {
    const commands = documentedCommands('write-rest.md');
    expect(commands.length).toBeGreaterThan(5);
    await expectAsDocumented(commands, starter.gatewayUrl);
  });

  it('read the journal as a Jet source', async () => {
    await start(java, 'PredictionPipeline', /java-object: legitimate 0\.4788694/);
  });

  describe('as the pages say of hazelcast-client', () => {
    const page = { ...exampleModel('phishing').records[1]?.values };

    it('arrays of numbers are float[] only by defaultNumberType, and a Float32Array is JSON', async () => {
      const floats = await connect({ defaultNumberType: 'float' });
      try {
        for (const [of, kept] of [[client, 0.1] as const, [floats, Math.fround(0.1)] as const]) {
          const map = await of.getMap<string, unknown>('documented.numbers');
          await map.set('array', [0.1]);
          expect(await map.get('array')).toEqual([kept]);
          await map.set('typed', new Float32Array([0.5]));
          expect(await map.get('typed')).toEqual({ 0: 0.5 });
        }
      } finally {
        await floats.shutdown();
      }
    });

    it('keys that are no text are scored, but REST does not find them', async () => {
      const [records, predictions] = [await mapOf<number>('features'), await mapOf<number>('predictions')];
      await records.set(42, page);
      await eventually(async () => expect(await predictions.get(42)).toMatchObject({ label: 'legitimate' }), SLOW);
      for (const kind of ['records', 'predictions']) {
        expect((await fetch(`${starter.gatewayUrl}/v1/streams/phishing/${kind}/42`)).status).toBe(404);
      }
    });

    it('a record that expires takes its prediction along', async () => {
      const [records, predictions] = [await mapOf<string>('features'), await mapOf<string>('predictions')];
      await records.set('expiring', page, 3_000);
      await eventually(async () => expect(await predictions.get('expiring')).not.toBeNull(), SLOW);
      await eventually(async () => expect(await records.get('expiring')).toBeNull(), SLOW);
      await eventually(async () => expect(await predictions.get('expiring')).toBeNull(), SLOW);
    });

    it('a wrong record leaves the prediction of the one that it overwrote', async () => {
      const [records, predictions] = [await mapOf<string>('features'), await mapOf<string>('predictions')];
      const parked = await client.getMap<string, Parked>('nearscore.parked');
      await records.set('turned', page);
      const before = await eventually(async () => {
        const prediction = await predictions.get('turned');
        expect(prediction).not.toBeNull();
        return prediction;
      }, SLOW);
      await records.set('turned', { ...page, https: 'yes' });
      const one = await eventually(async () => {
        const [found] = [...(await parked.valuesWithPredicate(Predicates.equal('key', 'turned')))];
        expect(found).toMatchObject({ stream: 'phishing', reason: { code: 'WRONG_KIND', field: 'https' } });
        return found;
      }, SLOW);
      expect(await predictions.get('turned')).toEqual(before);
      expect(one?.sourceSequence).toBeGreaterThan((before as PredictionRecord).sourceSequence);
    });

    function mapOf<K>(kind: string): Promise<IMap<K, unknown>> {
      return client.getMap<K, unknown>(`${kind}.phishing`);
    }
  });

  it('follow the journal past the death of a member', async () => {
    const records = await client.getMap<string, unknown>('features.phishing');
    const page = { ...exampleModel('phishing').records[1]?.values };
    const keys = Array.from({ length: FAILOVER_RECORDS }, (_, at) => `failover-${at}`);
    const program = await start(java, 'FollowPredictions', /^following$/m);
    for (const [at, key] of keys.entries()) {
      if (at === FAILOVER_RECORDS / 3) process.kill(starter.childPid(secondMember()), 'SIGKILL');
      await eventually(() => records.set(key, page), SLOW);
    }
    await eventually(() => {
      const told = followed(program.output());
      expect(keys.filter((key) => !told.has(key))).toEqual([]);
    }, SLOW);
    expect(starter.output()).toMatch(/died +member-2 \(SIGKILL\)/);
  });

  function secondMember(): RegExp {
    return new RegExp(`^java .*port\\.port=${starter.memberPort + 1} `);
  }

  function connect(serialization: ClientConfig['serialization']): Promise<Client> {
    return Client.newHazelcastClient({
      clusterName: starter.clusterName,
      network: { clusterMembers: [`127.0.0.1:${starter.memberPort}`] },
      serialization,
      properties: { 'hazelcast.logging.level': 'ERROR' },
    });
  }

  async function start(project: ExampleProject, name: string, ready: RegExp): Promise<RunningProgram> {
    const program = await project.start(name, ready);
    running.push(program);
    return program;
  }
});

function wordsAfter(word: string, output: string): string[] {
  return [...output.matchAll(new RegExp(`^${word} (\\S+)$`, 'gm'))].map(([, key = '']) => key);
}

/** `key: label score …` */
function scoresIn(output: string): Map<string, number> {
  const lines = output.matchAll(/^(\S+): (?:phishing|legitimate) (\d\.\d+)/gm);
  return new Map([...lines].map(([, key = '', score]) => [key, Number(score)]));
}

/** `partition/sequence key: label score` */
function followed(output: string): Map<string, number> {
  return scoresIn(output.replace(/^\d+\/\d+ /gm, ''));
}

function expectScores(output: string): void {
  const scores = [...scoresIn(output).values()];
  expect(scores.length).toBeGreaterThan(0);
  for (const score of scores) expect(Math.abs(score - expected)).toBeLessThanOrEqual(1e-5);
}
