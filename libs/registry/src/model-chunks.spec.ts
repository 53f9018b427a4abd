import { randomBytes } from 'node:crypto';
import { addressOf, CHUNK_BYTES, ModelChunks } from './model-chunks';

function emptyMap() {
  const entries = new Map<string, Buffer>();
  const map = {
    get: (key: string) => Promise.resolve(entries.get(key)),
    set: (key: string, value: Buffer) => Promise.resolve(void entries.set(key, Buffer.from(value))),
  };
  return { entries, chunks: new ModelChunks(map) };
}

describe('ModelChunks', () => {
  it.each([1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 7])('keeps %d bytes', async (size) => {
    const { entries, chunks } = emptyMap();
    const bytes = randomBytes(size);
    const address = addressOf(bytes);
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
    await chunks.put(view, addressOf(view));
    expect(await chunks.get(addressOf(Buffer.from(view)))).toEqual(Buffer.from(view));
  });

  it('keeps equal bytes once', async () => {
    const { entries, chunks } = emptyMap();
    const bytes = randomBytes(10);
    await chunks.put(bytes, addressOf(bytes));
    await chunks.put(Buffer.from(bytes), addressOf(Buffer.from(bytes)));
    expect(entries.size).toBe(1);
  });

  it.each<[string, (entries: Map<string, Buffer>, key: string) => void]>([
    ['chunk 1 of 2 is missing', (entries, key) => entries.delete(key)],
    ['it is longer than', (entries, key) => entries.set(key, randomBytes(6))],
    ['it has', (entries, key) => entries.set(key, randomBytes(4))],
    ['its checksum differs', (entries, key) => entries.set(key, randomBytes(5))],
  ])('says that %s', async (problem, harm) => {
    const { entries, chunks } = emptyMap();
    const bytes = randomBytes(CHUNK_BYTES + 5);
    const address = addressOf(bytes);
    await chunks.put(bytes, address);
    harm(entries, `${address.sha256}/1`);
    expect(await chunks.get(address)).toContain(problem);
  });
});
