import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectGrid, PartitionAccess } from '@nearscore/grid';
import { projectPath } from '@nearscore/local-cluster';
import { decodeKey, decodePrediction } from '@nearscore/records';
import { eventually, exampleModel, type TestApp } from '@nearscore/testkit';
import { FeedStack } from './feed-stack';

const { records } = exampleModel('phishing');
const STREAM = 'killed';
const KEYS = 20_000;
const ROUNDS = 5;
const BATCH = 2_000;

interface SeenEvent {
  readonly event: string;
  readonly id?: string;
  readonly key: string;
  readonly score: number;
  readonly sourceSequence: number;
}

let stack: FeedStack;
let writer: TestApp;
let folder: string;

/** The program of docs/listen-sse.md; each run writes what it sees to a file of its own. */
class Listening {
  readonly outputs: string[] = [];
  private process: ChildProcess | undefined;

  start(): void {
    const output = join(folder, `run-${this.outputs.length}.ndjson`);
    this.outputs.push(output);
    const descriptor = openSync(output, 'a');
    const program = projectPath('docs', 'examples', 'listen-sse', 'listen.mjs');
    const args = [program, stack.gateway.url, STREAM, join(folder, 'last-event-id.txt')];
    this.process = spawn(process.execPath, args, { stdio: ['ignore', descriptor, 'ignore'] });
    closeSync(descriptor);
  }

  async kill(): Promise<void> {
    const { process } = this;
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    const ended = new Promise((resolve) => process.once('exit', resolve));
    process.kill('SIGKILL');
    await ended;
  }

  /** By run. A line that the kill cut off is none. */
  seen(): SeenEvent[][] {
    return this.outputs.map((output) =>
      readFileSync(output, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as SeenEvent),
    );
  }

  async hasSeen(count: number): Promise<void> {
    const lines = (): number => this.outputs.reduce((sum, output) => sum + linesOf(output), 0);
    await eventually(() => expect(lines()).toBeGreaterThanOrEqual(count), { timeoutMs: 120_000, everyMs: 250 });
  }
}

function linesOf(path: string): number {
  let lines = 0;
  for (const byte of readFileSync(path)) if (byte === 10) lines++;
  return lines;
}

async function writeAll(): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    for (let first = 0; first < KEYS; first += BATCH) {
      const items = Array.from({ length: BATCH }, (_, n) => ({
        key: `key-${first + n}`,
        value: records[(first + n + round) % records.length]?.values,
      }));
      const body = JSON.stringify(items);
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${writer.url}/v1/streams/${STREAM}/records`, { method: 'POST', headers, body });
      expect(answer.status).toBe(200);
    }
  }
}

const identityOf = (key: string, sourceSequence: number, score: number): string => `${key} ${sourceSequence} ${score}`;

/** Everything that was ever put into the prediction map. */
async function journal(): Promise<string[]> {
  const { address, clusterName } = stack.member;
  const grid = await connectGrid({ members: [address], clusterName, clientName: 'test' });
  const access = await PartitionAccess.open(grid, { clientName: 'test-journal' });
  const told: string[] = [];
  for (const partition of access.ownersByPartition.keys()) {
    const { newest } = await access.reader.journalRange(`predictions.${STREAM}`, partition);
    for (let from = 0; from <= newest;) {
      const { events, next } = await access.reader.readJournal(`predictions.${STREAM}`, partition, from, { max: 1000 });
      for (const { key, value } of events) {
        const prediction = value && decodePrediction(value);
        if (prediction) told.push(identityOf(decodeKey(key) ?? '', prediction.sourceSequence, prediction.score));
      }
      from = next;
    }
  }
  access.close();
  await grid.close();
  return told;
}

const listening = new Listening();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'listen-sse-'));
  stack = await FeedStack.start({ heapMb: 512 }, { NEARSCORE_MAX_UNSCORED_AGE_SECONDS: '0' });
  writer = await stack.startGateway();
  await stack.deploy(STREAM);
}, 120_000);

afterAll(async () => {
  await listening.kill();
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('100,000 predictions while gateway and client are killed: each is seen, in order per key, and none that is not there', async () => {
  listening.start();
  await eventually(() => expect(existsSync(join(folder, 'last-event-id.txt'))).toBe(true));
  const writing = writeAll();

  await listening.hasSeen(10_000);
  await stack.gateway.kill();
  await stack.restartGateway();
  await listening.hasSeen(25_000);
  await listening.kill();
  listening.start();
  await listening.hasSeen(45_000);
  await Promise.all([stack.gateway.kill(), listening.kill()]);
  listening.start();
  await stack.restartGateway();
  await listening.hasSeen(65_000);
  await stack.gateway.stop();
  await stack.restartGateway();

  await writing;
  await eventually(async () => expect((await journal()).length).toBeGreaterThanOrEqual(KEYS * ROUNDS), {
    ...{ timeoutMs: 60_000, everyMs: 500 },
  });
  const told = new Set(await journal());
  await eventually(
    () => {
      const seen = new Set(
        listening
          .seen()
          .flat()
          .filter(({ event }) => event === 'prediction')
          .map(toIdentity),
      );
      expect([...told].filter((one) => !seen.has(one)).length).toBe(0);
    },
    { timeoutMs: 60_000, everyMs: 500 },
  );

  const runs = listening.seen();
  expect(runs).toHaveLength(3);
  // Above all no reset. Whether a stopping gateway said so depends on whether the program was connected just then.
  const others = runs.flat().filter(({ event }) => event !== 'prediction' && event !== 'close');
  expect(others).toEqual([]);
  for (const run of runs) {
    const predictions = run.filter(({ event }) => event === 'prediction');
    expect(predictions.map(toIdentity).filter((one) => !told.has(one))).toEqual([]);
    expect(new Set(predictions.map(({ id }) => id)).size).toBe(predictions.length);
    expect(predictions.filter(({ id }) => id === undefined)).toEqual([]);
    expect(outOfOrder(predictions)).toEqual([]);
  }
}, 400_000);

const toIdentity = ({ key, sourceSequence, score }: SeenEvent): string => identityOf(key, sourceSequence, score);

function outOfOrder(events: readonly SeenEvent[]): SeenEvent[] {
  const latest = new Map<string, number>();
  return events.filter(({ key, sourceSequence }) => {
    const before = latest.get(key) ?? -1;
    latest.set(key, sourceSequence);
    return sourceSequence < before;
  });
}
