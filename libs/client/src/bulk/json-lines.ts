import { UnexpectedAnswerError } from '../client.errors';

/** The JSON documents of text that has one a line (NDJSON), in pieces of any size. Empty lines are passed over. */
export async function* jsonLines(
  chunks: AsyncIterable<string>,
  maxLineChars = 1 << 26,
): AsyncGenerator<object, void, undefined> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxLineChars) {
      throw new UnexpectedAnswerError(`A line has more than ${maxLineChars} characters.`, 200);
    }
    for (const line of lines) if (line.trim() !== '') yield parseLine(line);
  }
  // What an answer that broke off has left is no line; its end is told by a line of its own.
}

function parseLine(line: string): object {
  try {
    const json: unknown = JSON.parse(line);
    if (typeof json === 'object' && json !== null) return json;
  } catch {
    // Told below.
  }
  throw new UnexpectedAnswerError('A line of the answer is not a JSON object.', 200);
}
