/**
 * Writes records and looks at predictions, as a process of its own that nobody meters. The bench tells it what to do, message by
 * message.
 */
import { flood } from './flood';
import { latenciesOf } from './latency-load';
import { type LoadAnswer, type LoaderSetup, type LoadRequest } from './load-messages';
import { storedScores, unscoredKeys } from './prediction-check';
import { KEYS } from './record-pool';
import { openStore } from './stores/open-store';
import { type RecordStore } from './stores/record-store';
import { WriteLoad } from './write-load';

interface Load {
  readonly store: RecordStore;
  readonly writes: WriteLoad;
  readonly isScored: boolean;
  readonly keys: number;
}

async function main(setup: LoaderSetup): Promise<void> {
  const { target, pool } = setup;
  const store = await openStore(setup);
  const keys = pool?.keys ?? KEYS;
  const isScored = target.kind !== 'grid' || target.predictionMap !== undefined;
  const load = { store, writes: new WriteLoad(store, keys, pool !== undefined), isScored, keys };
  process.on('message', (request: LoadRequest) => {
    // A rejection ends this process, and the bench sees that.
    void answer(load, request).then((reply) => process.send?.(reply));
  });
  process.once('disconnect', () => process.exit());
  process.send?.('ready');
}

async function answer({ store, writes, isScored, keys }: Load, request: LoadRequest): Promise<LoadAnswer<LoadRequest>> {
  switch (request.type) {
    case 'write':
      return writes.write(request);
    case 'flood':
      return flood(store, isScored, keys, request);
    case 'check':
      return { missing: (await unscoredKeys(store, writes.lastKeys(request.keys), request.since)).length };
    case 'scores':
      return { scores: await storedScores(store, request.keys) };
    case 'latency':
      return latenciesOf(store, request);
  }
}

void main(JSON.parse(process.argv[2] ?? '{}') as LoaderSetup);
