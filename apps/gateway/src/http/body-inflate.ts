import { type Readable, Transform, type TransformCallback } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { BodyMalformedError, BodyTooLargeError, UnsupportedMediaTypeError } from './http.errors';

const INFLATERS = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate } as const;

/**
 * The body as it was before `encoding`, at most `maxBytes` of it: inflating stops there, whatever the bomb would have
 * become. One encoding, gzip or deflate; brotli reaches ratios of 600,000 and is refused with all others.
 */
export function inflateBody(body: Readable, encoding: string | undefined, maxBytes: number): Readable {
  const name = encoding?.trim().toLowerCase() ?? 'identity';
  if (name === 'identity') return body;
  if (!isKnown(name)) {
    throw new UnsupportedMediaTypeError('A body may be compressed once, by gzip or deflate.', {
      encodings: ['gzip', 'deflate'],
    });
  }
  return pipeCapped(body, INFLATERS[name](), new CappedBody(maxBytes));
}

function isKnown(name: string): name is keyof typeof INFLATERS {
  return Object.hasOwn(INFLATERS, name);
}

function pipeCapped(body: Readable, inflater: Transform, capped: CappedBody): CappedBody {
  body.on('data', (chunk: Buffer) => (capped.receivedEncodedLength += chunk.length));
  body.on('close', () => {
    if (!body.readableEnded) capped.destroy(new BodyMalformedError('The body ended early.'));
  });
  inflater.on('error', (cause) => {
    capped.destroy(new BodyMalformedError('The compressed body does not decompress.', { cause }));
  });
  // The request itself must live on, or its socket could not carry the answer: so no stream.pipeline here.
  capped.on('close', () => {
    body.unpipe(inflater);
    inflater.destroy();
  });
  body.pipe(inflater).pipe(capped);
  return capped;
}

/** Lets `maxBytes` through and fails at the next one. */
class CappedBody extends Transform {
  /** Bytes on the wire: Fastify compares them with Content-Length. */
  receivedEncodedLength = 0;
  private inflatedBytes = 0;

  constructor(private readonly maxBytes: number) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.inflatedBytes += chunk.length;
    if (this.inflatedBytes > this.maxBytes) done(new BodyTooLargeError(this.maxBytes));
    else done(null, chunk);
  }
}
