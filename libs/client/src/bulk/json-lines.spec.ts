import fc from 'fast-check';
import { UnexpectedAnswerError } from '../client.errors';
import { jsonLines } from './json-lines';

async function linesOf(pieces: readonly string[], maxLineChars?: number): Promise<object[]> {
  const lines: object[] = [];
  for await (const line of jsonLines(sourceOf(pieces), maxLineChars)) lines.push(line);
  return lines;
}

async function* sourceOf(pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces;
}

describe('jsonLines', () => {
  it('means the same wherever it is cut, with either line end', async () => {
    const documents = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        documents,
        fc.constantFrom('\n', '\r\n', '\n\n'),
        fc.integer({ min: 1, max: 7 }),
        async (all, end, size) => {
          const text = all.map((document) => JSON.stringify(document) + end).join('');
          const cut = text.match(new RegExp(`.{1,${size}}`, 'gs')) ?? [];
          expect(await linesOf(cut)).toEqual(JSON.parse(JSON.stringify(all)));
        },
      ),
    );
  });

  it('gives no line that broke off', async () => {
    expect(await linesOf(['{"a":1}\n{"b":2}'])).toEqual([{ a: 1 }]);
  });

  it.each(['{"a":\n', '7\n', 'null\n', '<html>\n'])('refuses %j', async (text) => {
    await expect(linesOf([text])).rejects.toThrow(UnexpectedAnswerError);
  });

  it('refuses a line that never ends', async () => {
    await expect(linesOf(Array<string>(20).fill('xxxxxxxxxx'), 100)).rejects.toThrow(UnexpectedAnswerError);
  });
});
