export type Collector = 'parallel' | 'g1';

// Throughput collection about halves the CPU a member needs per record against G1, and a full collection of the small
// heaps that a local cluster has is short. A large production heap may want another choice.
const COLLECTORS: Readonly<Record<Collector, string>> = { parallel: '-XX:+UseParallelGC', g1: '-XX:+UseG1GC' };

// Every put, and every collection, touches memory all over the heap: with pages of 2 MiB the processor finds it at a third less
// CPU per record (docs/performance.md). Where the system has none to give, the member says so and goes on.
const HUGE_PAGES = process.platform === 'linux' ? ['-XX:+UseTransparentHugePages'] : [];

export interface MemberMemory {
  /** Default parallel. */
  readonly collector?: Collector;
  /** Whether the whole heap is taken when the member starts; otherwise as it is first used, in the midst of collections. Default true. */
  readonly preTouch?: boolean;
}

/** Flags of a member's JVM that say how it uses memory. */
export function memberJavaFlags({ collector = 'parallel', preTouch = true }: MemberMemory = {}): string[] {
  return [COLLECTORS[collector], ...HUGE_PAGES, ...(preTouch ? ['-XX:+AlwaysPreTouch'] : [])];
}
