import { type PlaceOnAxis } from '../results/bench-row';

export type GrowthAxis = PlaceOnAxis['axis'];

/** What one grid of the bench about growth is given. */
export interface GrowthCase {
  /** Of all streams together; whole thousands. */
  readonly keys: number;
  /** They share keys and rate. */
  readonly streams: number;
  /** Each with a node beside it. */
  readonly members: number;
  /** float32 of a record. */
  readonly width: number;
  /** Server-sent events of all predictions, each through the same gateway; undefined: there is no gateway. */
  readonly listeners: number | undefined;
  /** Of all streams together, 1,000 records a call. */
  readonly ratePerSecond: number;
}

export interface GrowthOptions {
  /** Values of each axis, in the order in which they are measured. */
  readonly axes: ReadonlyMap<GrowthAxis, readonly number[]>;
  /** Records/s on the axis of the listeners: each of them is sent every prediction. */
  readonly listenerRate: number;
  /** MiB of each member; undefined: what the largest place of the axis needs. */
  readonly heapMb: number | undefined;
}

/** What an axis does not vary. */
export const BASE: Readonly<Record<GrowthAxis, number>> = {
  keys: 100_000,
  streams: 1,
  members: 1,
  width: 30,
  listeners: 0,
};

/** The base case, but for one value. A gateway costs something when it is idle, too: it runs at all places of its axis. */
export function caseAt(axis: GrowthAxis, value: number, rates: { bulk: number; listeners: number }): GrowthCase {
  const isListening = axis === 'listeners';
  const ratePerSecond = isListening ? rates.listeners : rates.bulk;
  return { ...BASE, [axis]: value, listeners: isListening ? value : undefined, ratePerSecond };
}

/** What the others of an axis are compared with: the base case, or the first value when that is not measured. */
export function baseOf(axis: GrowthAxis, values: readonly number[]): number {
  return values.includes(BASE[axis]) ? BASE[axis] : (values[0] ?? NaN);
}
