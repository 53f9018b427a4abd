import { Readable } from 'node:stream';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { inflateBody } from './body-inflate';

async function inflated(bytes: Buffer, encoding: string | undefined, maxBytes = 1000): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of inflateBody(Readable.from([bytes]), encoding, maxBytes)) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

const text = Buffer.from('{"a":1}');

describe('inflateBody', () => {
  test.each([
    ['gzip', gzipSync(text)],
    ['GZIP ', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['identity', text],
    [undefined, text],
  ])('%s', async (encoding, bytes) => {
    expect(await inflated(bytes, encoding)).toEqual(text);
  });

  test('lets exactly the limit through', async () => {
    expect(await inflated(gzipSync(Buffer.alloc(1000)), 'gzip')).toHaveLength(1000);
    await expect(inflated(gzipSync(Buffer.alloc(1001)), 'gzip')).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
  });

  test('stops inflating a bomb at the limit', async () => {
    const stream = inflateBody(Readable.from([gzipSync(Buffer.alloc(64 << 20))]), 'gzip', 100_000);
    let seen = 0;
    stream.on('data', (part: Buffer) => (seen += part.length));
    await expect(new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject))).rejects.toMatchObject(
      {
        code: 'BODY_TOO_LARGE',
      },
    );
    expect(seen).toBeLessThanOrEqual(100_000);
  });

  test.each(['br', 'zstd', 'compress', 'gzip, gzip', '__proto__', ''])('refuses %j', (encoding) => {
    expect(() => inflateBody(Readable.from([brotliCompressSync(text)]), encoding, 1000)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_MEDIA_TYPE' }),
    );
  });

  test.each([
    ['gzip', text],
    ['gzip', deflateSync(text)],
    ['deflate', deflateRawSync(Buffer.from('x'.repeat(99)))],
    ['gzip', gzipSync(text).subarray(0, 12)],
  ])('%s that does not decompress (%#)', async (encoding, bytes) => {
    await expect(inflated(bytes, encoding)).rejects.toMatchObject({ code: 'BODY_MALFORMED' });
  });

  test('a body cut off by the client ends in an error, not in silence', async () => {
    const body = new Readable({ read: () => undefined });
    const stream = inflateBody(body, 'gzip', 1000);
    body.push(gzipSync(text).subarray(0, 12));
    body.destroy();
    await expect(stream.toArray()).rejects.toMatchObject({ code: 'BODY_MALFORMED' });
  });
});
