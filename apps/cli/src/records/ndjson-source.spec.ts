import { Readable } from 'node:stream';
import { NdjsonSource } from './ndjson-source';

async function read(text: string, { skip = 0, pieces = 3 } = {}) {
  const bytes = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / pieces) }, (_none, at) =>
    bytes.subarray(at * pieces, (at + 1) * pieces),
  );
  const source = new NdjsonSource(Readable.from(chunks, { objectMode: false }), skip);
  const lines: string[] = [];
  for await (const line of source) lines.push(line);
  return { lines, numbers: lines.map((_line, at) => source.lineOf(at + 1)) };
}

describe('NdjsonSource', () => {
  it('gives lines whole, wherever they are cut, with or without an end', async () => {
    expect(await read('{"ä":1}\n{"b":2}\n')).toEqual({ lines: ['{"ä":1}', '{"b":2}'], numbers: [1, 2] });
    expect((await read('{"a":1}\n{"b":2}')).lines).toEqual(['{"a":1}', '{"b":2}']);
    expect((await read('', { pieces: 1 })).lines).toEqual([]);
  });

  it('leaves blank lines out, and knows the numbers of the others all the same', async () => {
    expect(await read('\n a\n\n \t\nb\nc\n\n')).toEqual({ lines: [' a', 'b', 'c'], numbers: [2, 5, 6] });
  });

  it('passes lines over, blank ones among them', async () => {
    expect(await read('a\n\nb\n\nc\nd', { skip: 3 })).toEqual({ lines: ['c', 'd'], numbers: [5, 6] });
    expect(await read('a\nb', { skip: 9 })).toEqual({ lines: [], numbers: [] });
  });

  it('says that nothing is done before the first', () => {
    expect(new NdjsonSource(Readable.from([]), 7).lineOf(0)).toBe(7);
  });
});
