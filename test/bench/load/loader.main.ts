/**
 * Writes records and looks at predictions, as a process of its own that nobody meters. The bench tells it what to do, message by
 * message.
 */
import { flood } from './flood';
import { latenciesOf } from './latency-load';
import { type LoadAnswer, type LoaderSetup, type LoadRequest } from './load-messages';
import { paced } from './pacing';
import { allScores, unscoredKeys } from './prediction-check';
import { KEYS } from './record-pool';
import { openStore } from './stores/open-store';
import { type RecordStore } from './stores/record-store';

async function main(setup: LoaderSetup): Promise<void> {
  const store = await openStore(setup);
  const isScored = setup.target.kind !== 'grid' || setup.target.predictionMap !== undefined;
  process.on('message', (request: LoadRequest) => {
    // A rejection ends this process, and the bench sees that.
    void answer(store, isScored, request).then((reply) => process.send?.(reply));
  });
  process.once('disconnect', () => process.exit());
  process.send?.('ready');
}

async function answer(store: RecordStore, isScored: boolean, request: LoadRequest): Promise<LoadAnswer<LoadRequest>> {
  switch (request.type) {
    case 'write':
      return write(store, request);
    case 'flood':
      return flood(store, isScored, request);
    case 'check':
      return { missing: (await unscoredKeys(store, 0, request.keys, request.since)).length };
    case 'scores':
      return { scores: await allScores(store) };
    case 'latency':
      return latenciesOf(store, request);
  }
}

async function write(
  store: RecordStore,
  { recordsPerCall, ratePerSecond, seconds }: Extract<LoadRequest, { type: 'write' }>,
): Promise<LoadAnswer<Extract<LoadRequest, { type: 'write' }>>> {
  let records = 0;
  await store.rest?.();
  const call = async (index: number): Promise<void> => {
    await store.write((index * recordsPerCall) % KEYS, recordsPerCall);
    records += recordsPerCall;
  };
  const maxOpenCalls = recordsPerCall === 1 ? store.maxOpenCalls : undefined;
  const taken = await paced(ratePerSecond / recordsPerCall, seconds, call, maxOpenCalls);
  return { records, seconds: taken };
}

void main(JSON.parse(process.argv[2] ?? '{}') as LoaderSetup);
