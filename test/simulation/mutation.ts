import {
  type FollowerGrid,
  type FollowerPorts,
  type JournalFollowerOptions,
  type PartitionChannel,
  type PartitionListener,
  type RecordBatch,
  ROW,
} from '@nearscore/grid';
import { type CreateFollower, productionFollower } from './node/create-follower';

/** The production follower with other ports. */
export function withPorts(change: (ports: FollowerPorts) => Partial<FollowerPorts>): CreateFollower {
  return (ports, options) => productionFollower({ ...ports, ...change(ports) }, options);
}

export function withOptions(change: Partial<JournalFollowerOptions>): CreateFollower {
  return (ports, options) => productionFollower(ports, { ...options, ...change });
}

export function withListeners(change: (listener: PartitionListener) => PartitionListener): CreateFollower {
  return withGrid((grid) => ({
    openChannel: (stream, partition, listener) => grid.openChannel(stream, partition, change(listener)),
  }));
}

export function withChannels(change: (channel: PartitionChannel) => PartitionChannel): CreateFollower {
  return withGrid((grid) => ({
    openChannel: (stream, partition, listener) => change(grid.openChannel(stream, partition, listener)),
  }));
}

function withGrid(change: (grid: FollowerGrid) => Partial<FollowerGrid>): CreateFollower {
  return withPorts(({ grid }) => ({ grid: overlay(grid, change(grid)) }));
}

/** `base` with some of its methods replaced. */
function overlay<T extends object>(base: T, changed: Partial<T>): T {
  return new Proxy(base, {
    get(target, name) {
      const own: unknown = Reflect.get(changed, name);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Replaces a method of a class by what `make` makes of it; returns what undoes it. */
export function replaceMethod(
  type: { readonly prototype: object },
  name: string,
  make: (original: (...args: unknown[]) => unknown, target: object) => (...args: never[]) => unknown,
): () => void {
  const { prototype } = type;
  const original: unknown = Reflect.get(prototype, name);
  if (typeof original !== 'function') throw new Error(`there is no method ${name} to replace`);
  Reflect.set(prototype, name, function (this: object, ...args: never[]): unknown {
    return make(original.bind(this), this)(...args);
  });
  return () => Reflect.set(prototype, name, original);
}

/** A listener that does not hear of every n-th event. */
export function dropEvery(listener: PartitionListener, n: number): PartitionListener {
  let events = 0;
  return overlay(listener, {
    event: (...args) => {
      if (++events % n !== 0) listener.event(...args);
    },
  });
}

/** Gives every row the prediction of the row behind it. */
export function shiftRows(batch: RecordBatch): void {
  for (let row = 0; row + 1 < batch.count; row++) {
    if (batch.kind[row] !== ROW.score || batch.kind[row + 1] !== ROW.score || batch.predictionEnd[row + 1] === 0)
      continue;
    batch.setPrediction(row, batch.predictionStart[row + 1] ?? 0, batch.predictionEnd[row + 1] ?? 0);
  }
}

/** A channel that takes removals for done. */
export function withoutRemovals(channel: PartitionChannel): PartitionChannel {
  return overlay(channel, {
    store: (batch, segment) => {
      const kinds = batch.kind.slice();
      batch.kind.forEach((kind, row) => (batch.kind[row] = kind === ROW.remove ? ROW.superseded : kind));
      const acks = channel.store(batch, segment);
      batch.kind.set(kinds);
      return acks;
    },
  });
}
