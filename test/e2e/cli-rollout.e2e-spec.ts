import { join } from 'node:path';
import { projectPath } from '@nearscore/local-cluster';
import { eventually, exampleModel } from '@nearscore/testkit';
import { type CliRun, runCli, runOnTerminal, startCli, untilServing } from './cli-runner';
import { type Stack, startStack } from './stack';

jest.setTimeout(180_000);

const MODEL = projectPath('deploy', 'example-models', 'phishing');
const { records } = exampleModel('phishing');
let stack: Stack;

const cli = (...args: string[]): Promise<CliRun> => runCli(args, { gatewayUrl: stack.gateway.url });
const terminal = (...args: string[]): Promise<CliRun> => runOnTerminal(args, { gatewayUrl: stack.gateway.url });
const rowsOf = ({ stdout }: CliRun): string[][] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));

async function push(version: number): Promise<void> {
  const file = join(MODEL, String(version), 'model.onnx');
  const pushed = await cli('models', 'push', 'phishing', String(version), file, '--config', join(MODEL, 'model.json'));
  expect(pushed).toMatchObject({ code: 0 });
}

async function liveVersion(): Promise<number> {
  const { deployment } = await stack.api<{ deployment: { version: number } }>('GET', '/v1/streams/phishing');
  return deployment.version;
}

beforeAll(async () => {
  stack = await startStack();
  await untilServing(stack);
  for (const version of [1, 2, 3]) await push(version);
});
afterAll(() => stack?.stop());

describe('rollout', () => {
  it('brings the first version to a stream, and another one', async () => {
    const first = await cli('rollout', 'start', 'phishing', '1', '--model', 'phishing');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(rowsOf(first).at(-1)).toEqual(['phishing.1 completed: phishing is scored by phishing 1, epoch 1']);
    const next = await cli('rollout', 'start', 'phishing', '2', '--by', 'ada');
    expect(next).toMatchObject({ code: 0, stderr: '' });
    const states = rowsOf(next).map(([, , state, , nodes]) => [state, nodes]);
    // Which nodes are asked is not known yet when it is answered for.
    expect(states[0]).toEqual(['preparing', '-']);
    expect(states.at(-2)).toEqual(['completed', expect.stringMatching(/^\S+=SETTLED$/)]);
    expect(await liveVersion()).toBe(2);
  });

  it('goes back, drawn on a terminal', async () => {
    const { code, stdout } = await terminal('rollout', 'rollback', 'phishing.2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/phishing\.3 {2}phishing 2 → phishing 1 {2}rollback\n/);
    expect(stdout).toMatch(/phishing\.3 completed: phishing is scored by phishing 1, epoch 3\n$/);
    expect(await liveVersion()).toBe(1);
  });

  it('waits in a canary until it is promoted elsewhere', async () => {
    const args = ['rollout', 'start', 'phishing', '2', '--canary', '10:600', '--max-p99-ratio', 'off', '-o', 'json'];
    const running = startCli(args, { gatewayUrl: stack.gateway.url });
    await eventually(() => expect(running.stdout()).toContain('"state":"holding"'), { timeoutMs: 30_000 });
    expect(await cli('rollout', 'start', 'phishing', '3')).toMatchObject({
      ...{ code: 1, stderr: expect.stringMatching(/\(ROLLOUT_RUNNING\)\n {2}`nearscore rollout watch/) },
    });
    expect(rowsOf(await cli('streams'))[0]?.[3]).toBe('phishing 2, 10 %');
    expect(await cli('rollout', 'promote', 'phishing.4')).toMatchObject({ code: 0 });
    const { code, stdout } = await running.ended;
    expect(code).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object)
        .at(-1),
    ).toMatchObject({
      ...{ id: 'phishing.4', state: 'completed', percent: 100, to: { version: 2 } },
    });
  });

  it('is left in a shadow, and ends with 6 for whoever watches when it is cancelled', async () => {
    const begun = await cli('rollout', 'start', 'phishing', '3', '--shadow');
    expect(begun).toMatchObject({ code: 0, stderr: expect.stringContaining('nearscore rollout promote phishing.5') });
    const watching = startCli(['rollout', 'watch', 'phishing.5'], { gatewayUrl: stack.gateway.url });
    await eventually(() => expect(watching.stdout()).toContain('holding'));
    expect(await cli('rollout', 'cancel', 'phishing.5')).toMatchObject({ code: 0 });
    expect(await watching.ended).toMatchObject({
      code: 6,
      stdout: expect.stringMatching(/^phishing\.5 rolled-back: /m),
    });
    expect(await liveVersion()).toBe(2);
  });

  it('goes on when whoever watches leaves', async () => {
    const running = startCli(['rollout', 'start', 'phishing', '3', '--canary', '10:600'], {
      gatewayUrl: stack.gateway.url,
    });
    await eventually(() => expect(running.stdout()).toContain('holding'), { timeoutMs: 30_000 });
    running.signal('SIGINT');
    expect(await running.ended).toMatchObject({
      ...{ code: 130, stderr: 'The rollout goes on: nearscore rollout watch phishing.6\n' },
    });
    expect(rowsOf(await cli('rollout', 'list', '--limit', '1'))[0]?.slice(0, 2)).toEqual(['phishing.6', 'holding']);
    const cancelled = await cli('rollout', 'cancel', 'phishing.6', '--detach', '-o', 'json');
    expect(JSON.parse(cancelled.stdout)).toMatchObject({ id: 'phishing.6' });
    expect(await cli('rollout', 'watch', 'phishing.6')).toMatchObject({ code: 6 });
  });

  it('is listed and shown', async () => {
    const listed = rowsOf(await cli('rollout', 'list', '--stream', 'phishing'));
    expect(listed.map(([id]) => id)).toEqual([6, 5, 4, 3, 2, 1].map((number) => `phishing.${number}`));
    expect((await terminal('rollout', 'list')).stdout).toMatch(/^ROLLOUT +STATE +FROM/m);
    const shown = rowsOf(await cli('rollout', 'show', 'phishing.2'));
    expect(shown).toContainEqual(['by', 'ada']);
    expect(await cli('rollout', 'show', 'phishing.99')).toMatchObject({ code: 4, stdout: '' });
  });
});

describe('models rm', () => {
  it('removes what no stream needs, and says who needs the others', async () => {
    const refused = await cli('models', 'rm', 'phishing', '2');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('(MODEL_VERSION_IN_USE)') });
    expect(await cli('models', 'rm', 'phishing', '3')).toMatchObject({ code: 0, stdout: 'removed phishing 3\n' });
    expect(rowsOf(await cli('models', 'list'))).toEqual([['phishing', '1, 2', '2 of phishing']]);
    expect(await cli('models', 'rm', 'phishing', '3')).toMatchObject({ code: 4 });
  });
});

describe('dead-letters', () => {
  it('are listed and tried again', async () => {
    // A grid client writes what the gateway would refuse.
    const features = await stack.floatClient.getMap<string, number[]>('features.phishing');
    const keys = ['short-1', 'short-2', 'short-3'];
    for (const key of keys) await features.set(key, [1, 2]);
    await eventually(async () => {
      const listed = rowsOf(await cli('dead-letters', 'list', 'phishing', '--state', 'dead'));
      expect(listed.map(([key]) => key).sort()).toEqual(keys);
      expect(listed.map(([, state, reason]) => [state, reason])).toEqual(keys.map(() => ['dead', 'WRONG_LENGTH']));
    });
    const page = await cli('dead-letters', 'list', 'phishing', '--limit', '2', '-o', 'json');
    expect(JSON.parse(page.stdout)).toMatchObject({ complete: false, deadLetters: [{}, {}] });
    expect(page.stderr).toContain('--all');
    const good = Object.values(records[0]!.values) as number[];
    for (const key of keys) await features.set(key, good);
    // Those that are scored meanwhile are gone: there is nothing to try again, which is no failure.
    expect(await cli('dead-letters', 'replay', 'phishing', '--reason', 'WRONG_LENGTH')).toMatchObject({ code: 0 });
    await eventually(async () => {
      expect(await cli('dead-letters', 'list', 'phishing')).toMatchObject({ code: 0, stdout: '' });
    });
    expect(await cli('dead-letters', 'replay', 'phishing', 'short-1')).toMatchObject({ code: 4 });
    expect(await cli('dead-letters', 'list', 'phishing', '--state', 'alive')).toMatchObject({ code: 2 });
  });

  it('that stay are found by a replay', async () => {
    const features = await stack.floatClient.getMap<string, number[]>('features.phishing');
    await features.set('still-short', [1]);
    await eventually(async () => {
      expect((await cli('dead-letters', 'list', 'phishing')).stdout).toMatch(/^still-short\tdead/);
    });
    const all = await cli('dead-letters', 'replay', 'phishing');
    expect(all).toMatchObject({ code: 0, stdout: '1 record found, 1 tried again\n' });
    const one = await eventually(async () => {
      const answer = await cli('dead-letters', 'replay', 'phishing', 'still-short');
      expect(answer.code).toBe(0);
      return answer;
    });
    expect(one.stdout).toBe('still-short is tried again\n');
    await features.delete('still-short');
  });
});

describe('doctor', () => {
  const statusesOf = (run: CliRun) => rowsOf(run).map(([status, check, subject]) => [status, check, subject].join(' '));

  it('finds a whole cluster in order', async () => {
    const found = await eventually(async () => {
      const run = await cli('doctor');
      expect(run).toMatchObject({ code: 0, stderr: '' });
      expect(statusesOf(run).filter((status) => !status.startsWith('OK'))).toEqual([]);
      return statusesOf(run);
    });
    for (const check of ['grid -', 'nodes -', 'versions -', 'redis -', 'maps -', 'models phishing 2']) {
      expect(found).toContain(`OK ${check}`);
    }
    for (const check of ['leases', 'headroom', 'lag', 'deployment', 'journal'])
      expect(found).toContain(`OK ${check} phishing`);
    expect(found.filter((line) => line.startsWith('OK clock '))).toHaveLength(1);
    expect((await terminal('doctor')).stdout).toMatch(
      /^OK +redis +maxmemory-policy is noeviction$[^]*^\d+ OK, 0 WARN, 0 FAIL$/m,
    );
  });

  it('says what is wrong and what to do, while Redis and the node are gone', async () => {
    await stack.redis.kill();
    await stack.node().kill();
    await eventually(async () => {
      const run = await cli('doctor', '--quiet');
      expect(run.code).toBe(1);
      expect(statusesOf(run)).toEqual(expect.arrayContaining(['FAIL redis -', 'FAIL nodes -', 'FAIL leases phishing']));
      expect(run.stdout).not.toMatch(/^OK/m);
      expect(rowsOf(run).every((row) => row.length === 5 && row[4] !== '-')).toBe(true);
    });
    const { code, stdout } = await cli('doctor', '-o', 'json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'fail' });
  });
});
