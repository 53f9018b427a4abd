import fc from 'fast-check';
import { type LineOptions, LineSplitter } from './line-splitter';

/** The lines of a text that comes in pieces of these lengths; null: too long. */
function linesOf(text: string, options: LineOptions, pieces: readonly number[] = [text.length]): (string | null)[] {
  const lines: (string | null)[] = [];
  const sink = {
    line: (bytes: Buffer) => void lines.push(bytes.toString('latin1')),
    tooLong: () => void lines.push(null),
  };
  const splitter = new LineSplitter(sink, options);
  const bytes = Buffer.from(text, 'latin1');
  let at = 0;
  for (const length of pieces) splitter.push(Buffer.from(bytes.subarray(at, (at += length))));
  splitter.push(bytes.subarray(at));
  splitter.end();
  return lines;
}

const LONG = { maxLineBytes: 1_000 };
const QUOTED = { ...LONG, quoted: true };
const text = fc
  .array(fc.constantFrom('a', 'bc', '"', '""', ',', '\n', '\r\n', '\r', ' '), { maxLength: 60 })
  .map((parts) => parts.join(''));
const pieces = fc.array(fc.nat({ max: 5 }), { maxLength: 60 });

describe('lines', () => {
  it('end with LF or CRLF, the last one with the text', () => {
    expect(linesOf('a\nb\r\n\nc', LONG)).toEqual(['a', 'b', '', 'c']);
    expect(linesOf('a\n', LONG)).toEqual(['a']);
    expect(linesOf('', LONG)).toEqual([]);
    expect(linesOf('\n', LONG)).toEqual(['']);
    expect(linesOf('a\rb', LONG)).toEqual(['a\rb']);
  });

  it('are what lies between line feeds', () => {
    fc.assert(
      fc.property(text, (whole) => {
        const expected = whole.split('\n').map((line) => line.replace(/\r$/, ''));
        // What follows the last line feed is a line only if there is something.
        if (whole === '' || whole.endsWith('\n')) expected.pop();
        expect(linesOf(whole, LONG)).toEqual(expected);
      }),
    );
  });

  it('are the same however the text is cut, and whatever is too long', () => {
    fc.assert(
      fc.property(text, pieces, fc.integer({ min: 1, max: 8 }), fc.boolean(), (whole, cut, maxLineBytes, quoted) => {
        const options = { maxLineBytes, quoted };
        expect(linesOf(whole, options, cut)).toEqual(linesOf(whole, options));
      }),
    );
  });

  it('may be as long as the limit, and not longer', () => {
    expect(linesOf('abc\nabcd\nab\r\nabc\r\nx', { maxLineBytes: 3 })).toEqual(['abc', null, 'ab', null, 'x']);
  });

  it('grow beyond the first buffer', () => {
    const long = 'x'.repeat(300_000);
    const cut = Array.from({ length: 300 }, () => 1_000);
    expect(linesOf(`${long}\nshort`, { maxLineBytes: 400_000 }, cut)).toEqual([long, 'short']);
  });
});

describe('rows', () => {
  it('hold line feeds between quotes', () => {
    expect(linesOf('a,"b\nc"\r\n"d""\n",e\nf', QUOTED)).toEqual(['a,"b\nc"', '"d""\n",e', 'f']);
  });

  it('are not swallowed by a quote in the middle of a value', () => {
    expect(linesOf('a"b,c\nd\n"e"f,g\nh', QUOTED)).toEqual(['a"b,c', 'd', '"e"f,g', 'h']);
  });

  it('that never close their quote end with the first line behind the limit', () => {
    expect(linesOf('a\n"bcd\nef\ngh\ni', { maxLineBytes: 5, quoted: true })).toEqual(['a', null, 'gh', 'i']);
    expect(linesOf('a\n"bcd\nef', QUOTED)).toEqual(['a', '"bcd\nef']);
  });

  it('are the rows that were written', () => {
    const cell = fc.constantFrom('x', '', 'a b', '"q"', 'l\nm', 'c,d', '\r\n');
    const quote = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1 }), pieces, (rows, cut) => {
        const written = rows.map((row) => row.map(quote).join());
        expect(linesOf(written.join('\r\n'), QUOTED, cut)).toEqual(written);
      }),
    );
  });
});
