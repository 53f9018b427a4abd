import { type FoundEntries, JournalFollower } from '@nearscore/grid';
import { Backlog } from '../../libs/grid/src/journal/backlog';
import { type StreamCheckpoint } from '../../libs/grid/src/journal/partition-entry.codec';
import { PartitionFollower } from '../../libs/grid/src/journal/partition-follower';
import { PartitionLease } from '../../libs/grid/src/journal/partition-lease';
import { PartitionRescore } from '../../libs/grid/src/journal/partition-rescore';
import { type Replay } from '../../libs/grid/src/journal/replay';
import {
  dropEvery,
  replaceMethod,
  shiftRows,
  withChannels,
  withListeners,
  withOptions,
  withoutRemovals,
  withPorts,
} from './mutation';
import { type CreateFollower } from './node/create-follower';

/** A way to be wrong that the checker must notice. Production code has no hooks: mutants wrap its ports, or replace a method. */
export interface Mutant {
  readonly name: string;
  /** The promises of which it must be seen to break one. */
  readonly breaks: readonly string[];
  /** From where seeds are tried, when what it takes is rare. */
  readonly fromSeed?: number;
  readonly createFollower?: CreateFollower;
  /** Changes a class; returns what undoes it. */
  readonly patch?: () => () => void;
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'drops an event',
    breaks: ['checkpoint covers', 'converges', 'gauges tell'],
    createFollower: withListeners((listener) => dropEvery(listener, 40)),
  },
  {
    name: 'shifts rows by one',
    breaks: ['own record'],
    createFollower: withPorts(({ handle }) => ({ handle: (batch) => handle(batch).then(() => shiftRows(batch)) })),
  },
  {
    name: 'moves the checkpoint before predictions are stored',
    breaks: ['checkpoint covers'],
    patch: () =>
      replaceMethod(PartitionLease, 'move', (move) => (stream: string, checkpoint: StreamCheckpoint) => {
        const { next, incarnation, tail } = checkpoint;
        move(stream, { next: next + 1, incarnation, tail });
      }),
  },
  {
    name: 'writes without a lease',
    breaks: ['one owner'],
    patch: () => replaceMethod(PartitionLease, 'mayWrite', () => () => true),
  },
  {
    name: 'takes leases that others hold',
    breaks: ['one owner'],
    patch: () => replaceMethod(PartitionLease, 'contest', (_contest, lease) => () => callMethod(lease, 'take')),
  },
  {
    name: 'skips the rescan',
    breaks: ['checkpoint covers', 'converges', 'loss is told'],
    patch: () => replaceMethod(PartitionFollower, 'beginRescan', (_begin, follower) => () => skipRescan(follower)),
  },
  {
    name: 'does not rewind and replay after a takeover',
    breaks: ['no step back'],
    patch: () => replaceMethod(PartitionFollower, 'enterReplay', (_enter, follower) => () => leaveReplay(follower)),
  },
  {
    name: 'never audits',
    breaks: ['checkpoint covers', 'converges'],
    fromSeed: 190,
    createFollower: withOptions({ auditIntervalMs: 0 }),
    patch: () => replaceMethod(JournalFollower, 'suspected', () => () => undefined),
  },
  {
    name: 'does not say for how long records wait',
    breaks: ['gauges tell'],
    patch: () => replaceMethod(Backlog, 'ageMs', () => () => 0),
  },
  {
    name: 'says that a record is parked before it is',
    breaks: ['checkpoint covers', 'converges'],
    createFollower: withPorts(({ clock }) => ({ park: (_record, done) => void clock.after(1, () => done()) })),
  },
  {
    name: 'forgets removals',
    breaks: ['checkpoint covers', 'converges'],
    createFollower: withChannels(withoutRemovals),
  },
  {
    name: 'gives views back before the batch is scored',
    breaks: ['own record', 'no crash', 'converges'],
    createFollower: withPorts(({ grid, handle }) => ({
      handle: (batch) => {
        grid.resume();
        return handle(batch);
      },
    })),
  },
  {
    name: 'tells half of what was lost',
    breaks: ['loss is told'],
    createFollower: withPorts(({ news }) => ({
      news: (stream, partition, told) =>
        news?.(stream, partition, told.kind === 'rescan' ? { ...told, lost: told.lost >> 1 } : told),
    })),
  },
  {
    name: 'makes older predictions again of records as it read them once',
    breaks: ['no step back', 'own record'],
    patch: () => replaceMethod(PartitionFollower, 'foundAside', rescoreOfBefore),
  },
  {
    name: 'makes older predictions again without a lease',
    breaks: ['one owner'],
    fromSeed: 840,
    patch: () => replaceMethod(JournalFollower, 'store', rescoreUnleased),
  },
  {
    name: 'makes older predictions again once, whatever is deployed then',
    breaks: ['converges'],
    patch: () => replaceMethod(PartitionRescore, 'restart', () => () => undefined),
  },
];

function callMethod(target: object, name: string, ...args: unknown[]): unknown {
  return (Reflect.get(target, name) as (...given: unknown[]) => unknown).apply(target, args);
}

/** Goes on behind what the journal had dropped, as if nothing had been lost. */
function skipRescan(follower: object): void {
  const backlog = Reflect.get(follower, 'backlog') as { newest: number };
  const position = Reflect.get(follower, 'position') as { restartAt(next: number, newJournal: boolean): void };
  Reflect.set(Reflect.get(follower, 'rescan') as object, 'check', undefined);
  position.restartAt(backlog.newest + 1, false);
  callMethod(follower, 'poll');
}

function leaveReplay(follower: object): boolean {
  callMethod(Reflect.get(follower, 'replay') as Replay, 'leave');
  return true;
}

/** Scores the records of the page before, as they were then. */
function rescoreOfBefore(foundAside: (...args: unknown[]) => unknown, follower: object): typeof foundAside {
  return (work, found) => {
    if (!(work instanceof PartitionRescore)) return foundAside(work, found);
    const { bytes, offsets } = found as FoundEntries;
    const page = { older: Reflect.get(work, 'older') as unknown, found: { bytes: Buffer.from(bytes), offsets } };
    const before = pagesBefore.get(follower) ?? page;
    pagesBefore.set(follower, page);
    Reflect.set(work, 'older', before.older);
    return foundAside(work, before.found);
  };
}

const pagesBefore = new WeakMap<object, { readonly older: unknown; readonly found: FoundEntries }>();

function rescoreUnleased(store: (...args: unknown[]) => unknown): typeof store {
  return (follower, ...rest) => {
    const { rescore, lease } = follower as PartitionFollower;
    if (rescore.isUnderWay) Object.assign(lease, { mayWrite: () => true });
    store(follower, ...rest);
    Reflect.deleteProperty(lease, 'mayWrite');
  };
}
