import { randomBytes } from 'node:crypto';
import { addressOf, CHUNK_BYTES, type FileAddress, ModelChunks } from './model-chunks';

function emptyMap() {
  const entries = new Map<string, Buffer>();
  const map = {
    get: (key: string) => Promise.resolve(entries.get(key)),
    set: (key: string, value: Buffer) => Promise.resolve(void entries.set(key, Buffer.from(value))),
    delete: (key: string) => Promise.resolve(void entries.delete(key)),
  };
  return { entries, chunks: new ModelChunks(map) };
}

const addressIn = async (generation: string, bytes: Uint8Array): Promise<FileAddress> => ({
  ...(await addressOf(bytes)),
  generation,
});

describe('ModelChunks', () => {
  it.each([1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 7])('keeps %d bytes', async (size) => {
    const { entries, chunks } = emptyMap();
    const bytes = randomBytes(size);
    const address = await addressIn('g', bytes);
    await chunks.put(bytes, address);
    expect(address.chunks).toBe(Math.ceil(size / CHUNK_BYTES));
    expect([...entries.values()].every(({ length }) => length <= CHUNK_BYTES)).toBe(true);
    const stored = await chunks.get(address);
    // toEqual compares byte by byte in JavaScript: seconds for megabytes.
    expect(typeof stored === 'string' ? stored : stored.equals(bytes)).toBe(true);
  });

  it('takes a view into larger bytes', async () => {
    const { chunks } = emptyMap();
    const view = new Uint8Array(randomBytes(100).buffer, 0, 64).subarray(10, 20);
    await chunks.put(view, await addressIn('g', view));
    expect(await chunks.get(await addressIn('g', Buffer.from(view)))).toEqual(Buffer.from(view));
  });

  it('removes one generation of equal bytes, and no other', async () => {
    const { entries, chunks } = emptyMap();
    const bytes = randomBytes(CHUNK_BYTES + 5);
    const addresses = await Promise.all(['', 'g', 'h'].map((generation) => addressIn(generation, bytes)));
    for (const address of addresses) await chunks.put(bytes, address);
    const { sha256 } = addresses[0]!;
    await chunks.delete(addresses[1]!);
    const left = [`${sha256}/0`, `${sha256}/1`, `${sha256}/h/0`, `${sha256}/h/1`];
    expect([...entries.keys()]).toEqual(left);
  });

  it('takes a checksum that is known as it is', async () => {
    const bytes = randomBytes(10);
    expect(await addressOf(bytes, 'known')).toEqual({ sha256: 'known', byteLength: 10, chunks: 1 });
  });

  it.each<[string, (entries: Map<string, Buffer>, key: string) => void]>([
    ['chunk 1 of 2 is missing', (entries, key) => entries.delete(key)],
    ['it is longer than', (entries, key) => entries.set(key, randomBytes(6))],
    ['it has', (entries, key) => entries.set(key, randomBytes(4))],
    ['its checksum differs', (entries, key) => entries.set(key, randomBytes(5))],
  ])('says that %s', async (problem, harm) => {
    const { entries, chunks } = emptyMap();
    const bytes = randomBytes(CHUNK_BYTES + 5);
    const address = await addressIn('g', bytes);
    await chunks.put(bytes, address);
    harm(entries, `${address.sha256}/g/1`);
    expect(await chunks.get(address)).toContain(problem);
  });
});
