import fc from 'fast-check';
import { checkpointIn, FollowerRig, STREAM, turn, UNSCORABLE } from '../../../../test/fixtures/journal/follower-rig';
import { BROKEN, type Operation } from '../../../../test/fixtures/journal/journal-grid';
import { type LoggedEvent, type PartitionLog } from '../../../../test/fixtures/journal/partition-log';

const PARTITIONS = [0, 1, 2];
const STEPS = 120;

/** What one step of a run may be; `pick` chooses among what is possible then. */
interface Step {
  readonly what:
    'put' | 'bad' | 'remove' | 'apply' | 'answer' | 'fail' | 'handler' | 'time' | 'status' | 'park' | 'unpark' | 'move';
  readonly pick: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.oneof(
    { weight: 5, arbitrary: fc.constant('put' as const) },
    { weight: 1, arbitrary: fc.constantFrom('bad' as const, 'remove' as const) },
    { weight: 10, arbitrary: fc.constantFrom('apply' as const, 'answer' as const) },
    { weight: 2, arbitrary: fc.constantFrom('fail' as const, 'time' as const, 'park' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('handler' as const, 'status' as const, 'unpark' as const, 'move' as const),
    },
  ),
  pick: fc.nat(999),
});

const knobs = fc.record({
  maxBatch: fc.constantFrom(1, 3, 8),
  capacity: fc.constantFrom(3, 6, 1_000),
  maxScans: fc.constantFrom(1, 2),
  lingerMs: fc.constantFrom(0, 5),
  restMs: fc.constantFrom(0, 20),
});

/** A run of steps against a follower, with the invariants looked at on the way. */
class Run {
  readonly parked = new Set<string>();
  private writes = 0;

  constructor(readonly rig: FollowerRig) {}

  async take({ what, pick }: Step): Promise<void> {
    const { rig } = this;
    const partition = pick % PARTITIONS.length;
    const key = `k${pick % 7}`;
    switch (what) {
      case 'put':
        rig.grid.log(partition).put(key, `v${++this.writes}`);
        break;
      case 'bad':
        rig.grid.log(partition).put(key, `${UNSCORABLE}${++this.writes}`);
        break;
      case 'remove':
        rig.grid.log(partition).remove(key);
        break;
      case 'apply':
        this.applyOne(pick);
        break;
      case 'answer':
        this.withOne(pick, (operation) => this.applyChecked(operation) && rig.grid.answer(operation));
        break;
      case 'fail':
        this.withOne(pick, (operation) => rig.grid.fail(operation));
        break;
      case 'handler':
        rig.handlerError = new Error('as the run wants');
        break;
      case 'time':
        rig.clock.advance(pick);
        break;
      case 'status':
        rig.follower.status();
        break;
      case 'park':
        this.settleParking(true);
        break;
      case 'unpark':
        this.settleParking(false);
        break;
      case 'move':
        rig.follower.follow(
          [STREAM],
          PARTITIONS.filter((candidate) => candidate !== partition || pick % 2 === 0),
        );
        break;
    }
    await turn();
    this.checkInFlight();
  }

  /** No faults any more: everything is answered, time passes, all partitions are wanted. */
  async heal(): Promise<void> {
    this.rig.handlerError = undefined;
    this.rig.follower.follow([STREAM], PARTITIONS);
    for (let round = 0; round < 40; round++) {
      while (this.rig.parkings.length > 0) this.settleParking(true);
      this.rig.clock.advance(1_000);
      this.rig.follower.status();
      await this.answerAll();
    }
  }

  private async answerAll(): Promise<void> {
    for (let quiet = 0; quiet < 2;) {
      await turn();
      const ready = this.rig.grid.sent.find((operation) => this.applyChecked(operation));
      if (ready) this.rig.grid.answer(ready);
      while (this.rig.parkings.length > 0) this.settleParking(true);
      quiet = ready ? 0 : quiet + 1;
    }
  }

  private applyOne(pick: number): void {
    this.withOne(pick, (operation) => this.applyChecked(operation));
  }

  private withOne(pick: number, act: (operation: Operation) => unknown): void {
    const { sent } = this.rig.grid;
    const operation = sent[pick % Math.max(sent.length, 1)];
    if (operation) act(operation);
  }

  private applyChecked(operation: Operation): boolean {
    const before = checkpointIn(this.rig.grid.checkpoints.get(operation.partition)) ?? 0;
    const fresh = operation.answer === undefined;
    const applied = this.rig.grid.apply(operation);
    if (applied && fresh && isEntryWrite(operation)) this.checkCheckpoint(operation.partition, before);
    return applied;
  }

  /** Promise 4: no event before the checkpoint is without its prediction, unless parked or overtaken. */
  private checkCheckpoint(partition: number, before: number): void {
    const checkpoint = checkpointIn(this.rig.grid.checkpoints.get(partition)) ?? 0;
    expect(checkpoint).toBeGreaterThanOrEqual(before);
    const log = this.rig.grid.log(partition);
    expect(checkpoint).toBeLessThanOrEqual(log.newest + 1);
    for (const [key, last] of lastEvents(log, checkpoint)) {
      const overtaken = log.history.some((event) => event.key === key && event.sequence >= checkpoint);
      if (overtaken || this.parked.has(`${partition} ${last.value}`)) continue;
      const stored = this.rig.grid.predictionsOf(partition).get(key);
      expect([key, stored?.value]).toEqual([key, last.value ?? undefined]);
    }
  }

  /** One reading, or one batch's writings, per partition at a time. */
  private checkInFlight(): void {
    const working = new Map<number, string>();
    for (const { name, partition, isVoid } of this.rig.grid.sent) {
      if ((name !== 'read' && name !== 'scan' && name !== 'store') || isVoid()) continue;
      const other = working.get(partition);
      if (other !== undefined && !(other === 'store' && name === 'store')) {
        throw new Error(`partition ${partition} has a ${other} and a ${name} in flight`);
      }
      working.set(partition, name);
    }
  }

  private settleParking(well: boolean): void {
    const parking = this.rig.parkings.shift();
    if (!parking) return;
    const { partition, key, sequence } = parking.record;
    if (well) this.parked.add(`${partition} ${this.rig.unscorable.get(`${partition} ${key.toString()} ${sequence}`)}`);
    parking.done(well ? undefined : BROKEN);
  }
}

function isEntryWrite({ name }: Operation): boolean {
  return name === 'create' || name === 'replace';
}

function lastEvents(log: PartitionLog, before: number): Map<string, LoggedEvent> {
  return new Map(log.history.filter(({ sequence }) => sequence < before).map((event) => [event.key, event]));
}

/** Everything is stored or parked, and what is stored is what the last event of its key says. */
function checkHealed({ rig, parked }: Run): void {
  for (const partition of PARTITIONS) {
    const log = rig.grid.log(partition);
    const stored = rig.predictions(partition);
    for (const [key, value] of log.entries) {
      if (value.startsWith(UNSCORABLE)) expect(parked).toContain(`${partition} ${value}`);
      else expect([partition, key, stored[key]]).toEqual([partition, key, value]);
    }
    for (const [key, { sequence }] of lastEvents(log, Infinity)) {
      const of = rig.grid.predictionsOf(partition).get(key);
      if (of?.value !== log.entries.get(key)) continue;
      expect(of?.sequence ?? sequence).toBeGreaterThanOrEqual(sequence);
      expect(of?.sequence ?? log.newest).toBeLessThanOrEqual(log.newest);
    }
    expect(Object.keys(stored).filter((key) => !log.entries.has(key))).toEqual([]);
    if (log.newest >= 0) expect(rig.checkpoint(partition)).toBe(log.newest + 1);
  }
  expect(rig.status).toMatchObject({ unscored: 0, oldestUnscoredMs: 0 });
}

describe('whatever happens in whatever order', () => {
  it('no checkpoint passes an event that is not stored, and everything is stored when the faults stop', async () => {
    await fc.assert(
      fc.asyncProperty(knobs, fc.array(step, { minLength: 20, maxLength: STEPS }), async (settings, steps) => {
        const run = new Run(new FollowerRig(settings));
        run.rig.follower.follow([STREAM], PARTITIONS);
        for (const one of steps) await run.take(one);
        await run.heal();
        checkHealed(run);
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
