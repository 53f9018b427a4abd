import * as fc from 'fast-check';
import { ScriptedReader } from '../../../../test/fixtures/journal/scripted-reader';
import { type StreamCheckpoint } from '../journal/partition-entry.codec';
import { type CheckpointBook, checkpointsOf, ConsumedPosition } from './consumed-position';
import { findResumePoint } from './resume-point';

const MAP = 'm';
const PLACE = { map: MAP, partition: 0 };

class Book implements CheckpointBook {
  private readonly checkpoints = new Map<string, StreamCheckpoint>();

  checkpointOf(stream: string): StreamCheckpoint | undefined {
    return this.checkpoints.get(stream);
  }

  move(stream: string, checkpoint: StreamCheckpoint): void {
    this.checkpoints.set(stream, checkpoint);
  }
}

/** Consumes a journal in steps, as batches come. */
async function consume(reader: ScriptedReader, book: Book, steps: readonly number[], replay: number): Promise<void> {
  const position = new ConsumedPosition(book, MAP, replay);
  position.beginAt(0);
  for (const [step, size] of steps.entries()) {
    reader.add(...Array.from({ length: size }, (_, n) => `value ${step}.${n}`));
    const { events, next } = await reader.readJournal(MAP, 0, position.next, { max: size });
    const last = events.at(-1);
    if (last) position.moveTo(next, last);
  }
}

const resume = async (reader: ScriptedReader, book: Book): Promise<number | undefined> => {
  const range = await reader.journalRange();
  const checkpoints = checkpointsOf(book, MAP);
  return (await findResumePoint(reader, PLACE, checkpoints, range, new AbortController().signal))?.next;
};

const stepsArb = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 12 });
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

describe('where a consumer resumes', () => {
  it('is where it was, if the journal is as it was', async () => {
    await fc.assert(
      fc.asyncProperty(stepsArb, fc.nat(20), async (steps, more) => {
        const [reader, book] = [new ScriptedReader(), new Book()];
        await consume(reader, book, steps, 4);
        reader.add(...Array.from({ length: more }, (_, n) => `later ${n}`));
        expect(await resume(reader, book)).toBe(sum(steps));
      }),
    );
  });

  it('is before every event that a failover has replaced, and not far before once it has consumed enough', async () => {
    await fc.assert(
      fc.asyncProperty(stepsArb, fc.integer({ min: 1, max: 8 }), fc.nat(20), async (steps, replay, more) => {
        const [reader, book] = [new ScriptedReader(), new Book()];
        await consume(reader, book, steps, replay);
        const consumed = sum(steps);
        const lost = Math.min(replay, consumed);
        reader.failOver(lost);
        reader.add(...Array.from({ length: more }, (_, n) => `later ${n}`));
        const found = await resume(reader, book);
        expect(found ?? 0).toBeLessThanOrEqual(consumed - lost);
        const enough = consumed >= 2 * (replay + 6);
        if (enough) expect(found).toBeGreaterThan(consumed - 2 * (replay + 6));
      }),
    );
  });

  it('is nowhere in another journal, however long it is', async () => {
    await fc.assert(
      fc.asyncProperty(stepsArb, fc.nat(100), async (steps, more) => {
        const [reader, book] = [new ScriptedReader(), new Book()];
        await consume(reader, book, steps, 4);
        reader.restart();
        reader.add(...Array.from({ length: more }, (_, n) => `other ${n}`));
        expect(await resume(reader, book)).toBeUndefined();
      }),
    );
  });
});
