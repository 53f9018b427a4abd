import { GridUnavailableError } from '@nearscore/grid';
import { type ParkedRecord, ParkedStore } from '@nearscore/registry';
import { MemoryMap } from '../../../../test/fixtures/registry/memory-map';
import { GatewayStoppingError } from '../http/http.errors';
import { ReplayRun } from './replay-run';

const RECORDS = 1_201;

const dead = (index: number): ParkedRecord => ({
  ...{ stream: 'fraud', key: `k${index}`, keyData: Buffer.from(`k${index}`).toString('base64'), partition: 1 },
  ...{ sourceSequence: 2, fingerprint: '', model: 'fraud', version: 1, epoch: 1, firstAt: 1, lastAt: 1 },
  reason: { code: 'MODEL_RUN_FAILED', message: 'it threw' },
  ...{ state: 'dead', attempts: 5, nextAttemptAt: null, askedAt: null },
});

/** @param before runs before each operation on the map */
async function storeWith(records: number, before: () => void = () => undefined) {
  let isFilled = false;
  const map = new MemoryMap<unknown>('parked', async (operation) => {
    if (isFilled) before();
    return operation();
  });
  const store = new ParkedStore(map);
  await store.park(Array.from({ length: records }, (_, index) => dead(index)));
  isFilled = true;
  return store;
}

async function linesOf(run: ReplayRun, signal = new AbortController().signal): Promise<unknown[]> {
  const lines: unknown[] = [];
  for await (const line of run.lines({ patienceMs: 1_000, signal, onAborted: () => undefined })) {
    lines.push(JSON.parse(line));
  }
  return lines;
}

it('tells how it goes, from how many there are to all of them', async () => {
  const store = await storeWith(RECORDS);
  const told = await linesOf(new ReplayRun(store, { stream: 'fraud', state: 'dead' }));
  const cursor = expect.any(String);
  expect(told).toEqual([
    { progress: { matched: 0, requeued: 0, cursor: null, total: RECORDS } },
    { progress: { matched: 500, requeued: 500, cursor, total: RECORDS } },
    { progress: { matched: 1_000, requeued: 1_000, cursor, total: RECORDS } },
    { done: { matched: RECORDS, requeued: RECORDS } },
  ]);
  expect(await store.count({ stream: 'fraud', state: 'retrying' })).toBe(RECORDS);
});

it('replays what fits, and nothing else', async () => {
  const store = await storeWith(3);
  await store.park([{ ...dead(7), stream: 'other' }]);
  expect(await linesOf(new ReplayRun(store, { stream: 'fraud', state: 'retrying' }))).toContainEqual({
    done: { matched: 0, requeued: 0 },
  });
  expect(await new ReplayRun(store, { stream: 'fraud' }).until(AbortSignal.timeout(1_000))).toEqual({
    ...{ matched: 3, requeued: 3, cursor: null },
  });
  expect(await store.count({ stream: 'other', state: 'dead' })).toBe(1);
});

it('goes on behind the cursor of one that was ended', async () => {
  const store = await storeWith(RECORDS);
  const ending = new AbortController();
  const run = new ReplayRun(store, { stream: 'fraud' });
  const lines = run.lines({ patienceMs: 1_000, signal: ending.signal, onAborted: () => undefined });
  for (let line = 0; line < 2; line++) await lines.next();
  ending.abort(new GatewayStoppingError());
  const { value } = await lines.next();
  const { aborted } = JSON.parse(String(value)) as { aborted: { code: string; matched: number; cursor: string } };
  expect(aborted).toMatchObject({ code: 'GATEWAY_STOPPING', retriable: true, matched: 1_000 });
  expect(await lines.next()).toMatchObject({ done: true });
  const after = Buffer.from(aborted.cursor, 'base64url').toString();
  expect((await linesOf(new ReplayRun(store, { stream: 'fraud', after })))[0]).toEqual({
    progress: { matched: 0, requeued: 0, cursor: aborted.cursor, total: 201 },
  });
  expect(await store.count({ stream: 'fraud', state: 'retrying' })).toBe(RECORDS);
});

it('puts up with a grid that is away for a moment', async () => {
  let calls = 0;
  const store = await storeWith(RECORDS, () => {
    if (++calls % 700 === 0) throw new GridUnavailableError('for a moment');
  });
  expect((await linesOf(new ReplayRun(store, { stream: 'fraud' }))).at(-1)).toMatchObject({
    done: { matched: RECORDS },
  });
  expect(await store.count({ stream: 'fraud', state: 'retrying' })).toBe(RECORDS);
});

it('counts each record of a page once when one of its writes fails, though the others fit no more', async () => {
  let calls = 0;
  const store = await storeWith(RECORDS, () => {
    if (++calls === 300 || calls === 900) throw new GridUnavailableError('for a moment');
  });
  expect((await linesOf(new ReplayRun(store, { stream: 'fraud', state: 'dead' }))).at(-1)).toEqual({
    done: { matched: RECORDS, requeued: RECORDS },
  });
});

it('counts a record as requeued when its write was done and told as failed', async () => {
  const store = await storeWith(3);
  let writes = 0;
  const change: ParkedStore['change'] = async (...changed) => {
    const written = await store.change(...changed);
    if (++writes === 2) throw new GridUnavailableError('after the write');
    return written;
  };
  const doubtful = { page: store.page.bind(store), count: store.count.bind(store), get: store.get.bind(store), change };
  expect((await linesOf(new ReplayRun(doubtful, { stream: 'fraud', state: 'dead' }))).at(-1)).toEqual({
    done: { matched: 3, requeued: 3 },
  });
});
