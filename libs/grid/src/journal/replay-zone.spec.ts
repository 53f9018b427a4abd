import {
  CHECKPOINT_INTERVAL_MS,
  FollowerRig,
  STREAM,
  TEXT_IDENTITY,
} from '../../../../test/fixtures/journal/follower-rig';
import { encodePartitionEntry, type JournalTail } from './partition-entry.codec';

const PARTITION = 0;

/** Another lane has given the partition back; its last event was `text` (key and value). */
function left(rig: FollowerRig, next: number, text: string): void {
  const bytes = Buffer.from(text);
  const print = { high: 0, low: 0 };
  TEXT_IDENTITY.fingerprintOf(bytes, 0, bytes.length, print);
  const tail: JournalTail = { sequence: next - 1, ...print };
  const streams = new Map([[STREAM.name, { next, incarnation: 1, tail }]]);
  const entry = { writes: 5, epoch: 3, holder: null, leaseMs: 1_000, suspicions: 0, streams };
  rig.grid.checkpoints.set(PARTITION, encodePartitionEntry(entry, 0));
}

/** Its predictions: what the other lane has stored. */
function stored(rig: FollowerRig, predictions: Record<string, [sequence: number, value: string]>): void {
  for (const [key, [sequence, value]] of Object.entries(predictions)) {
    rig.grid.predictionsOf(PARTITION).set(key, { sequence, epoch: 1, value });
  }
}

describe('events that another lane may have scored', () => {
  it('are not scored again when their predictions, or later ones, are there', async () => {
    const rig = new FollowerRig();
    rig.put(0, 4);
    rig.grid.log(PARTITION).put('k1', 'later');
    stored(rig, { k0: [0, 'v0'], k1: [4, 'later'], k2: [2, 'v2'], k3: [3, 'v3'] });
    left(rig, 2, 'k1v1');
    await rig.following();
    expect(rig.handled).toEqual([]);
    expect(rig.status.progress.replaySkipped).toBe(5);
    await rig.pass(CHECKPOINT_INTERVAL_MS);
    expect(rig.checkpoint()).toBe(5);
  });

  it('are scored when they are not, and no checkpoint goes back meanwhile', async () => {
    const rig = new FollowerRig();
    rig.put(0, 4);
    stored(rig, { k0: [0, 'v0'], k1: [1, 'v1'] });
    left(rig, 2, 'k1v1');
    await rig.following();
    expect(rig.handled).toEqual(['k2', 'k3']);
    await rig.pass(CHECKPOINT_INTERVAL_MS);
    expect(rig.checkpoint()).toBe(4);
  });

  it('never bring a prediction back whose record was removed', async () => {
    const rig = new FollowerRig();
    rig.put(0, 2);
    rig.grid.log(PARTITION).remove('k1');
    stored(rig, { k0: [0, 'v0'] });
    left(rig, 1, 'k0v0');
    const seen: boolean[] = [];
    rig.follower.follow([STREAM], [PARTITION]);
    for (let step = 0; step < 12; step++) {
      await rig.settle();
      seen.push(rig.grid.predictionsOf(PARTITION).has('k1'));
    }
    expect(seen).not.toContain(true);
    expect(rig.handled).toEqual([]);
  });

  it('are of another journal when the event before the checkpoint is another', async () => {
    const rig = new FollowerRig();
    rig.put(0, 6, 'other');
    stored(rig, { k0: [0, 'v0'] });
    left(rig, 4, 'k3v3');
    await rig.following();
    expect(rig.news[0]).toEqual({ kind: 'rescan', reason: 'reset', lost: 0 });
    expect(rig.predictions()).toEqual(Object.fromEntries(rig.grid.log(PARTITION).entries));
  });

  it('are of another journal when a prediction is of an event that the journal does not have', async () => {
    const rig = new FollowerRig();
    // The primary had 2 = (k0, lost); the promoted backup gave 2 and 3 to others.
    rig.put(0, 2);
    rig.put(2, 4);
    stored(rig, { k0: [2, 'lost'], k1: [1, 'v1'] });
    left(rig, 2, 'k1v1');
    await rig.following();
    expect(rig.news[0]).toEqual({ kind: 'rescan', reason: 'reset', lost: 0 });
    expect(rig.predictions()).toEqual({ k0: 'v0', k1: 'v1', k2: 'v2', k3: 'v3' });
  });

  it('begin no further back than wanted', async () => {
    const rig = new FollowerRig({ replayEvents: 2 });
    rig.put(0, 6);
    left(rig, 5, 'k4v4');
    await rig.following();
    expect(rig.handled).toEqual(['k3', 'k4', 'k5']);
  });
});
