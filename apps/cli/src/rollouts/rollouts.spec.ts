import { Readable } from 'node:stream';
import { type ExchangeScript, type ScriptedServer, startScriptedServer } from '@nearscore/testkit';
import { type RolloutView } from '../gateway/rollout-view';
import { type CliHost, CommandRunner } from '../program/session';
import { createProgram } from '../program/program';

/** Retries of the client, and a connection that is made anew. */
jest.setTimeout(20_000);

const version = (number: number) => ({ model: 'phishing', version: number, sha256: 'c0ffee' });
const PREPARING: RolloutView = {
  ...{ id: 'pages.3', stream: 'pages', kind: 'rollout', from: version(1), to: version(2), rescore: false },
  ...{ strategy: { type: 'all-at-once' }, state: 'preparing', step: 0, percent: 0, epoch: 4 },
  nodes: [
    { node: 'n1', state: 'PREPARING', reason: null },
    { node: 'n2', state: 'PREPARED', reason: null },
  ],
  ...{ figures: null, reason: null, by: null, startedAt: '2026-11-22T10:00:00.000Z' },
  ...{ changedAt: '2026-11-22T10:00:01.000Z', endedAt: null },
};
const COMPLETED: RolloutView = {
  ...{ ...PREPARING, state: 'completed', percent: 100, epoch: 5, endedAt: '2026-11-22T10:00:02.000Z' },
  nodes: PREPARING.nodes.map((node) => ({ ...node, state: 'SETTLED' })),
};
const ROLLED_BACK: RolloutView = {
  ...{ ...COMPLETED, state: 'rolled-back', epoch: 7 },
  strategy: { type: 'canary', steps: [{ percent: 1, holdSeconds: 60 }] },
  reason: { code: 'GUARD_BREACHED', message: 'psi 0.4 is more than 0.25' },
  figures: { samples: 900, errorRate: 0.001, liveErrorRate: 0, runP99Ms: 0.4, liveRunP99Ms: 0.2, psi: 0.4 },
};
const HOLDING: RolloutView = { ...PREPARING, state: 'holding', strategy: { type: 'ab', percent: 10 }, percent: 75 };

let server: ScriptedServer;
afterEach(() => server?.stop());

const answer =
  (body: unknown, status = 200): ExchangeScript =>
  ({ json }) =>
    json(status, body);

/** Events of views; a `break` ends the connection as a gateway does that is killed. */
const events =
  (...told: (RolloutView | 'end' | 'break')[]): ExchangeScript =>
  ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const view of told) {
      if (view === 'end') response.write('event: end\ndata: {}\n\n');
      else if (view !== 'break') response.write(`event: progress\ndata: ${JSON.stringify(view)}\n\n`);
    }
    if (told.includes('break')) response.write('', () => response.destroy());
    else response.end();
  };

async function run(args: string[], { isTTY = false, scripts }: { isTTY?: boolean; scripts: ExchangeScript[] }) {
  server = await startScriptedServer(...scripts);
  let [stdout, stderr] = ['', ''];
  const host: CliHost = {
    stdin: Readable.from([]),
    stdout: { isTTY, write: (text) => (stdout += text) },
    stderr: { isTTY, write: (text) => (stderr += text) },
    interruption: () => new AbortController().signal,
  };
  const runner = new CommandRunner(host);
  await createProgram(host, runner).parseAsync(['rollout', ...args, '--gateway', server.url], { from: 'user' });
  return { code: runner.exitCode, stdout, stderr };
}

describe('rollout start', () => {
  it('asks once for what was said, and tells each change on a line when piped', async () => {
    let body = '';
    const scripts: ExchangeScript[] = [
      async (exchange) => {
        body = await exchange.body();
        exchange.json(202, PREPARING);
      },
      events(PREPARING, PREPARING, COMPLETED, 'end'),
    ];
    const args = [
      'start',
      'pages',
      '2',
      '--canary',
      '1,10',
      '--hold',
      '5',
      '--max-psi',
      'off',
      '--rescore',
      '--by',
      'ada',
    ];
    const { code, stdout, stderr } = await run(args, { scripts });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      '2026-11-22T10:00:01.000Z\tpages.3\tpreparing\t0 %\tn1=PREPARING n2=PREPARED',
      '2026-11-22T10:00:01.000Z\tpages.3\tcompleted\t100 %\tn1=SETTLED n2=SETTLED',
      'pages.3 completed: pages is scored by phishing 2, epoch 5',
      '',
    ]);
    const steps = [1, 10].map((percent) => ({ percent, holdSeconds: 5 }));
    const strategy = { type: 'canary', steps, guards: { maxPsi: null } };
    expect(JSON.parse(body)).toEqual({ stream: 'pages', version: 2, strategy, rescore: true });
    expect(server.exchanges[0]?.headers['x-nearscore-user']).toBe('ada');
  });

  it('ends with 6 when it was rolled back, and says why', async () => {
    const { code, stdout } = await run(['start', 'pages', '2'], {
      scripts: [answer(PREPARING, 202), events(ROLLED_BACK, 'end')],
    });
    expect(code).toBe(6);
    expect(stdout).toContain('pages.3 rolled-back: pages is scored by phishing 1, epoch 7\n');
    expect(stdout).toContain('  psi 0.4 is more than 0.25 (GUARD_BREACHED)\n');
    expect(stdout).toContain('  900 samples, errors 0.1 % (live 0 %), p99 of a run 0.4 ms (live 0.2 ms), psi 0.4\n');
  });

  it('redraws nodes and a bar on a terminal, and leaves the outcome', async () => {
    const { code, stdout, stderr } = await run(['start', 'pages', '2'], {
      isTTY: true,
      scripts: [answer(PREPARING, 202), events(PREPARING, COMPLETED, 'end')],
    });
    expect(code).toBe(0);
    expect(stdout).toBe('pages.3 completed: pages is scored by phishing 2, epoch 5\n');
    expect(stderr).toContain('pages.3  phishing 1 → phishing 2  all-at-once\n');
    expect(stderr).toMatch(/NODE {2}STATE +REASON\n {2}n1 {4}PREPARING {2}-\n {2}n2 {4}PREPARED/);
    expect(stderr.endsWith('\r\x1b[4A\x1b[J')).toBe(true);
  });

  it('is NDJSON of what the gateway tells with -o json', async () => {
    const { stdout } = await run(['start', 'pages', '2', '-o', 'json'], {
      scripts: [answer(PREPARING, 202), events(PREPARING, COMPLETED, 'end')],
    });
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([PREPARING, COMPLETED]);
  });

  it('goes on when its gateway is gone', async () => {
    const scripts = [answer(PREPARING, 202), events(PREPARING, 'break'), events(COMPLETED, 'end')];
    const { code, stderr } = await run(['start', 'pages', '2'], { scripts });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^not connected: /);
  });

  it('looks how it stands when nothing but the end was told', async () => {
    const scripts = [answer(PREPARING, 202), events('end'), answer(COMPLETED)];
    expect(await run(['start', 'pages', '2'], { scripts })).toMatchObject({ code: 0, stderr: '' });
  });

  it('leaves ab where it waits for a word, and says which there are', async () => {
    const scripts = [answer(PREPARING, 202), events(PREPARING, HOLDING)];
    const { code, stdout, stderr } = await run(['start', 'pages', '2', '--ab', '10'], { scripts });
    expect(code).toBe(0);
    expect(stdout).toMatch(/pages\.3 holding, epoch 4\n$/);
    expect(stderr).toContain('nearscore rollout promote pages.3');
  });

  it('does not wait when it is told so', async () => {
    const { code, stdout } = await run(['start', 'pages', '2', '--detach'], { scripts: [answer(PREPARING, 202)] });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'pages.3 preparing, epoch 4\n' });
    expect(server.exchanges).toHaveLength(1);
  });

  it('is not asked for twice when its answer is lost', async () => {
    const scripts: ExchangeScript[] = [({ request }) => void request.socket.destroy(), answer(PREPARING, 202)];
    await expect(run(['start', 'pages', '2'], { scripts })).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
    expect(server.exchanges).toHaveLength(1);
  });

  it.each(['0', '1.5', 'two'])('takes no version %s', async (text) => {
    await expect(run(['start', 'pages', text], { scripts: [answer({})] })).rejects.toMatchObject({ code: 'CLI_USAGE' });
    expect(server.exchanges).toEqual([]);
  });
});

describe('rollout cancel, promote, rollback', () => {
  it.each([
    ['cancel', ROLLED_BACK, 0],
    ['cancel', COMPLETED, 6],
    ['promote', COMPLETED, 0],
    ['promote', ROLLED_BACK, 6],
    ['rollback', COMPLETED, 0],
  ])('%s follows to the end', async (action, end, expected) => {
    const { code } = await run([action, 'pages.3'], { scripts: [answer(PREPARING, 202), events(end, 'end')] });
    expect(code).toBe(expected);
    expect(server.exchanges.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST /v1/rollouts/pages.3/${action}`,
      'GET /v1/rollouts/pages.3',
    ]);
  });
});

describe('rollout list and show', () => {
  it('are lines of values when piped', async () => {
    const { stdout } = await run(['list', '--stream', 'pages'], { scripts: [answer({ rollouts: [ROLLED_BACK] })] });
    const start = '2026-11-22T10:00:00.000Z';
    const row = [
      'pages.3',
      'rolled-back',
      'phishing 1',
      'phishing 2',
      'canary 1 %',
      '100 %',
      start,
      '-',
      'GUARD_BREACHED',
    ];
    expect(stdout).toBe(`${row.join('\t')}\n`);
    expect(server.exchanges[0]?.url).toBe('/v1/rollouts?stream=pages');
  });

  it('show all of one', async () => {
    const { stdout } = await run(['show', 'pages.3'], { scripts: [answer({ ...COMPLETED, from: null })] });
    expect(stdout).toMatch(/^from\t-$/m);
    expect(stdout).toMatch(/^to\tphishing 2, sha256 c0ffee$/m);
    expect(stdout).toMatch(/^n1\tSETTLED\t-$/m);
  });
});
