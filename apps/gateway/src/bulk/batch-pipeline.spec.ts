import fc from 'fast-check';
import { BatchPipeline } from './batch-pipeline';
import { type ImportBatch } from './import-lines';

const batchOf = (firstLine: number, ...keys: string[]): ImportBatch => ({
  firstLine,
  items: keys.map((key) => [key, { line: firstLine }]),
});

/** A pipeline whose writes end when they are told to. */
function pipelineOf(maxInFlight = 3) {
  const open = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  const began: number[] = [];
  const pipeline = new BatchPipeline({
    maxInFlight,
    write: ({ firstLine }) =>
      new Promise((resolve, reject) => {
        began.push(firstLine);
        open.set(firstLine, { resolve, reject });
      }),
    onWritten: ({ firstLine }) => void open.delete(firstLine),
  });
  return { pipeline, open, began };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('writes a few batches at once, and tells the first line that is not written', async () => {
  const { pipeline, open, began } = pipelineOf(2);
  expect([pipeline.isIdle, pipeline.firstUnwritten]).toEqual([true, undefined]);
  for (const line of [1, 10, 20]) pipeline.add(batchOf(line, `key-${line}`));
  expect(began).toEqual([1, 10]);
  open.get(10)?.resolve();
  await turn();
  expect([began, pipeline.firstUnwritten]).toEqual([[1, 10, 20], 1]);
  open.get(1)?.resolve();
  await turn();
  expect(pipeline.firstUnwritten).toBe(20);
  open.get(20)?.resolve();
  await pipeline.written();
  expect([pipeline.isIdle, pipeline.firstUnwritten]).toEqual([true, undefined]);
});

it('has never two values of a key under way', async () => {
  const { pipeline, open, began } = pipelineOf();
  pipeline.add(batchOf(1, 'a', 'b'));
  pipeline.add(batchOf(3, 'b', 'c'));
  pipeline.add(batchOf(5, 'd'));
  expect(began).toEqual([1]);
  open.get(1)?.resolve();
  await pipeline.begun();
  expect(began).toEqual([1, 3, 5]);
});

it('leaves the last value of each key, whatever takes how long', async () => {
  const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(keys, { minLength: 1, maxLength: 12 }), async (scheduler, batches) => {
      const stored = new Map<string, unknown>();
      const write = scheduler.scheduleFunction(async ({ items }: ImportBatch) => {
        for (const [key, values] of items) stored.set(key, values.line);
      });
      const pipeline = new BatchPipeline({ write, maxInFlight: 3, onWritten: () => undefined });
      batches.forEach((of, at) => pipeline.add(batchOf(at + 1, ...of)));
      await scheduler.waitFor(pipeline.written());
      const last = new Map(batches.flatMap((of, at) => of.map((key) => [key, at + 1] as const)));
      expect(stored).toEqual(last);
    }),
  );
});

it('begins nothing more after a failure, and tells the first line that may be missing', async () => {
  const { pipeline, open, began } = pipelineOf(2);
  for (const line of [1, 2, 3]) pipeline.add(batchOf(line, `key-${line}`));
  open.get(2)?.reject(new Error('no'));
  await expect(pipeline.begun()).rejects.toThrow('no');
  await expect(pipeline.written()).rejects.toThrow('no');
  expect(pipeline.firstUnwritten).toBe(1);
  open.get(1)?.resolve();
  await pipeline.settled();
  expect([began, pipeline.firstUnwritten]).toEqual([[1, 2], 2]);
});
