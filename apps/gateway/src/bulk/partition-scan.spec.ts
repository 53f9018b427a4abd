import { NearscoreError } from '@nearscore/errors';
import { type EntryPage, type MapReader, OwnerChangedError } from '@nearscore/grid';
import { scanPartition } from './partition-scan';

const entry = (key: string) => ({ key: Buffer.from(key), value: Buffer.from(`value of ${key}`) });
const page = (next: number | undefined, ...keys: string[]): EntryPage => ({
  entries: keys.map(entry),
  next: next === undefined ? undefined : [[next, 16]],
});
const tooLarge = new NearscoreError('WIRE_MESSAGE_TOO_LARGE', 'too large');

/** Answers with these in turn; notes where it was asked to begin. */
function readerOf(...answers: (EntryPage | Error)[]) {
  const asked: [from: number | undefined, size: number][] = [];
  const readEntries: MapReader['readEntries'] = async (_map, _partition, from, size) => {
    asked.push([from?.[0]?.[0], size]);
    const answer = answers.shift();
    if (!answer || answer instanceof Error) throw answer;
    return answer;
  };
  return { asked, reader: { readEntries } as MapReader };
}

async function keysOf(reader: MapReader, patienceMs = 10_000): Promise<string[]> {
  const signal = new AbortController().signal;
  const keys: string[] = [];
  for await (const entries of scanPartition(reader, { map: 'm', partition: 3, patienceMs, signal })) {
    keys.push(...entries.map(({ key }) => key.toString()));
  }
  return keys;
}

it('tells a key that comes on two pages once', async () => {
  const { reader } = readerOf(page(9, 'a', 'b'), page(5, 'b', 'c'), page(undefined, 'd'));
  expect(await keysOf(reader)).toEqual(['a', 'b', 'c', 'd']);
});

it('begins again when the partition has moved, and tells nothing twice', async () => {
  const { reader, asked } = readerOf(
    page(9, 'a', 'b'),
    new OwnerChangedError(3),
    page(7, 'b', 'x'),
    page(undefined, 'a', 'c'),
  );
  expect(await keysOf(reader)).toEqual(['a', 'b', 'x', 'c']);
  expect(asked.map(([from]) => from)).toEqual([undefined, 9, undefined, 7]);
});

it('asks for less when a page is larger than may be sent', async () => {
  const { reader, asked } = readerOf(tooLarge, tooLarge, page(undefined, 'a'));
  expect(await keysOf(reader)).toEqual(['a']);
  expect(asked.map(([, size]) => size)).toEqual([512, 256, 128]);
});

it('gives up on an entry that is too large by itself, and when patience is over', async () => {
  await expect(keysOf(readerOf(...Array.from({ length: 20 }, () => tooLarge)).reader)).rejects.toBe(tooLarge);
  await expect(keysOf(readerOf(new OwnerChangedError(3)).reader, 0)).rejects.toMatchObject({ code: 'OWNER_CHANGED' });
});
