import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectPath } from '@nearscore/local-cluster';
import { eventually, exampleModel, freePort } from '@nearscore/testkit';
import { type CliRun, runCli, runOnTerminal, startCli } from './cli-runner';
import { type Stack, startStack } from './stack';

jest.setTimeout(120_000);

const EXAMPLES = projectPath('deploy', 'example-models', 'phishing');
const folder = mkdtempSync(join(tmpdir(), 'nearscore-cli-'));
const { records } = exampleModel('phishing');
const [first] = records;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
  await stack.deployExample('phishing', 1);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await stack?.stop();
});

const cli = (args: string[], input = ''): Promise<CliRun> => runCli(args, { gatewayUrl: stack.gateway.url, input });
const terminal = (...args: string[]): Promise<CliRun> => runOnTerminal(args, { gatewayUrl: stack.gateway.url });
const rowsOf = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));

async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await cli([...args, '-o', 'json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as T;
}

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('put and get', () => {
  const record = JSON.stringify(first?.values);

  it('write a record from an argument, a file or a pipe, and read it with its prediction', async () => {
    expect(await cli(['put', 'phishing', 'argument', record])).toMatchObject({ code: 0, stderr: '' });
    expect(await cli(['put', 'phishing', 'file', '-f', fileOf('one.json', record)])).toMatchObject({ code: 0 });
    expect(await cli(['put', 'phishing', 'pipe'], record)).toMatchObject({ code: 0 });
    for (const key of ['argument', 'file', 'pipe']) {
      await eventually(async () => {
        const found = await json<{ record: object; prediction: { score: number } }>('get', 'phishing', key);
        expect(found).toMatchObject({ key, record: first?.values });
        expect(found.prediction.score).toBeCloseTo(exampleModel('phishing').expected.get(first!.key)![1], 4);
      });
    }
  });

  it('wait for the prediction of the write', async () => {
    const { code, stdout } = await cli(['put', 'phishing', 'waited', record, '--wait', '20']);
    expect(code).toBe(0);
    expect(rowsOf(stdout).slice(0, 3)).toEqual([
      ['key', 'waited'],
      ['score', expect.stringMatching(/^0\.\d+$/)],
      ['label', 'phishing'],
    ]);
  });

  it('tell what is wrong with a record, and what to do', async () => {
    const { code, stdout, stderr } = await cli(['put', 'phishing', 'bad', '{"https": "yes"}']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Failed \(RECORD_FORMAT_INVALID\):\n[^]*^ {2}https: expected a float32$/m);
    expect(stderr).toContain('nearscore streams <stream>');
    expect(stderr).not.toMatch(/ {4}at |Error:/);
  });

  it('end with 4 where there is nothing', async () => {
    expect(await cli(['get', 'phishing', 'nobody'])).toMatchObject({ code: 4, stdout: '' });
    const { code, stderr } = await cli(['get', 'nostream', 'nobody', '-o', 'json']);
    expect(code).toBe(4);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'STREAM_NOT_FOUND', retriable: false } });
  });

  it('end with 3 where no gateway answers, and name the address', async () => {
    const port = await freePort();
    const { code, stderr } = await cli(['streams', '--gateway', `http://127.0.0.1:${port}`]);
    expect(code).toBe(3);
    expect(stderr).toMatch(new RegExp(`ECONNREFUSED 127\\.0\\.0\\.1:${port} \\(CONNECTION_FAILED\\)`));
  });

  it.each([
    [['put', 'phishing', 'k', '{}', '-f', 'x.json']],
    [['put', 'phishing', '--wait', '5']],
    [['put', 'phishing', 'k', '{}', '--skip', '5']],
    [['put', 'phishing', 'k', '{}', '--wait', '31']],
    [['put']],
    [['put', 'a', 'b', 'c', 'd']],
    [['nope']],
    [['models', 'nope']],
    [['streams', '--nope']],
    [['streams', '-o', 'xml']],
    [['streams', '--gateway', 'nowhere']],
  ])('end with 2 and ask nothing: nearscore %j', async (args) => {
    const { code, stdout, stderr } = await cli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/--help/);
  });
});

describe('put of many', () => {
  const lines = records.slice(0, 1_000).map(({ key, values: value }) => JSON.stringify({ key, value }));

  it('writes a file, with its progress on the error output', async () => {
    const path = fileOf('many.ndjson', `${lines.join('\n')}\n`);
    const { code, stdout, stderr } = await cli(['put', 'phishing', '-f', path]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '1,000 records written\n' });
    expect(stderr).toMatch(/1,000 of 1,000 records\n$/);
    const { counts } = await stack.api<{ counts: { records: number } }>('GET', '/v1/streams/phishing');
    expect(counts.records).toBeGreaterThanOrEqual(1_000);
  });

  it('draws a bar on a terminal', async () => {
    const path = fileOf('many.ndjson', `${lines.join('\n')}\n`);
    const { code, stdout } = await terminal('put', 'phishing', '-f', path);
    expect(code).toBe(0);
    expect(stdout).toContain(`${'█'.repeat(30)} 1,000 of 1,000 records\n`);
    expect(stdout).toMatch(/\n1,000 records written\n$/);
  });

  it('tells faulty lines by their number, writes the others and ends with 5', async () => {
    const input = [lines[0], '', '{"key": "x"', lines[1], '{"key": "y", "value": {"https": "no"}}', lines[2]].join(
      '\n',
    );
    const { code, stdout, stderr } = await cli(['put', 'phishing'], input);
    expect({ code, stdout }).toEqual({ code: 5, stdout: '3 records written, 2 records refused\n' });
    expect(stderr).toMatch(/^line 3: .*\(JSON_MALFORMED\)$/m);
    expect(stderr).toMatch(/^line 5: .*https.*\(RECORD_FORMAT_INVALID\)$/m);
    const again = await cli(['put', 'phishing', '--skip', '3', '-o', 'json', '-f', '-'], input);
    expect(again.code).toBe(5);
    expect(JSON.parse(again.stdout)).toMatchObject({ written: 2, failed: 1, failures: [{ line: 5 }] });
  });

  it('says where to go on when it is interrupted', async () => {
    const endless = startCli(['put', 'phishing'], { gatewayUrl: stack.gateway.url });
    // Keys that no other test writes: that one of them is there says that this command runs.
    for (let n = 1; n <= 10; n++) endless.write(`${JSON.stringify({ key: `endless-${n}`, value: first?.values })}\n`);
    await eventually(async () => {
      expect(await json('get', 'phishing', 'endless-10')).toMatchObject({ record: first?.values });
    });
    endless.signal('SIGINT');
    expect(await endless.ended).toMatchObject({ code: 130, stdout: '' });
    expect(endless.stderr()).toMatch(/^interrupted: Lines up to \d+ are dealt with\.$/m);
  });
});

describe('watch', () => {
  it('follows predictions, and goes on where the file says', async () => {
    const position = join(folder, 'position');
    const listening = startCli(
      [
        'watch',
        'phishing',
        '--key-prefix',
        'w-',
        '--count',
        '2',
        '--resume',
        position,
        '--from',
        'oldest',
        '-o',
        'json',
      ],
      { gatewayUrl: stack.gateway.url },
    );
    const path = '/v1/streams/phishing/records';
    await stack.api(
      'POST',
      path,
      ['w-1', 'w-2', 'w-3'].map((key) => ({ key, value: first?.values })),
    );
    const { code, stdout } = await listening.ended;
    expect(code).toBe(0);
    const keys = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { key: string }).key);
    expect(keys).toHaveLength(2);
    const next = await cli(['watch', 'phishing', '--key-prefix', 'w-', '--count', '1', '--resume', position]);
    const [row = []] = rowsOf(next.stdout);
    expect([...keys, row[1]].sort()).toEqual(['w-1', 'w-2', 'w-3']);
    expect(row).toEqual([expect.stringMatching(/Z$/), row[1], 'phishing', expect.stringMatching(/^0\./), 'phishing 1']);
    expect(readFileSync(position, 'utf8')).toMatch(/\S+\n/);
  });

  it('ends with Ctrl-C as asked, and without a stream at once', async () => {
    const listening = startCli(['watch', 'phishing', '--from', 'oldest'], { gatewayUrl: stack.gateway.url });
    await eventually(() => expect(listening.stdout()).not.toBe(''));
    listening.signal('SIGINT');
    expect(await listening.ended).toMatchObject({ code: 0, stderr: '' });
    expect(await cli(['watch', 'nostream'])).toMatchObject({ code: 4, stdout: '' });
  });
});

describe('models', () => {
  it('are pushed, listed and shown', async () => {
    const args = ['models', 'push', 'phishing', '2', join(EXAMPLES, '2', 'model.onnx')];
    const pushed = await cli([...args, '--config', join(EXAMPLES, 'model.json'), '--by', 'ada']);
    expect({ code: pushed.code, stderr: pushed.stderr }).toEqual({ code: 0, stderr: '' });
    expect(pushed.stdout).toMatch(/^admitted phishing 2\n/);
    expect(rowsOf((await cli(['models', 'list'])).stdout)).toEqual([['phishing', '1, 2', '1 of phishing']]);
    const versions = rowsOf((await cli(['models', 'list', 'phishing'])).stdout);
    expect(versions.map(([model, version, , , , by, is]) => [model, version, by, is])).toEqual([
      ['phishing', '1', '-', 'live of phishing'],
      ['phishing', '2', 'ada', '-'],
    ]);
    expect(await json('models', 'show', 'phishing', '2')).toMatchObject({ version: 2, admittedBy: 'ada' });
  });

  it('are refused with the reason', async () => {
    const file = fileOf('broken.onnx', 'no model');
    const { code, stderr } = await cli(['models', 'push', 'broken', '1', file]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/\(MODEL_REFUSED\)\n {2}docs\/models\.md/);
    const missing = await cli(['models', 'push', 'broken', '1', join(folder, 'none.onnx')]);
    expect(missing.stderr).toMatch(/none\.onnx cannot be read \(ENOENT\) \(CLI_FILE_UNREADABLE\)/);
    const wrong = await cli(['models', 'push', 'b', '1', file, '--sha256', '0'.repeat(64)]);
    expect(wrong.stderr).toMatch(/expected was 0{64}/);
  });
});

describe('streams and nodes', () => {
  it('are lines of values between tabs when piped', async () => {
    const [[stream, model, version] = []] = rowsOf((await cli(['streams'])).stdout);
    expect([stream, model, version]).toEqual(['phishing', 'phishing', '1']);
    const [[node = '', state] = []] = rowsOf((await cli(['nodes'])).stdout);
    expect([node, state]).toEqual([expect.stringMatching(/-\d+$/), 'ready']);
    expect(rowsOf((await cli(['nodes', '--members'])).stdout)).toEqual([
      [stack.member.address, expect.stringMatching(/^5\./), '31', expect.any(String)],
    ]);
  });

  it('are tables on a terminal', async () => {
    expect((await terminal('streams')).stdout).toMatch(/^STREAM +MODEL +VERSION .*\nphishing +phishing +1 /m);
    expect((await terminal('nodes')).stdout).toMatch(/^NODE +STATE .*\n\S+ +ready [^]*\n1 member, 31 partitions\n$/m);
    expect((await terminal('streams', 'phishing')).stdout).toMatch(/^model +phishing 1\n[^]*^FIELD +KIND/m);
  });

  it('are the JSON of the gateway', async () => {
    const { streams } = await json<{ streams: { stream: string }[] }>('streams');
    expect(streams.map(({ stream }) => stream)).toEqual(['phishing']);
    expect(await json('nodes')).toMatchObject({ partitions: 31, nodes: [{ ready: true }] });
    expect(await json('streams', 'phishing')).toMatchObject({ stream: 'phishing', deployment: { version: 1 } });
  });
});
