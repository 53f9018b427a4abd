import fc from 'fast-check';
import { UnexpectedAnswerError } from '../client.errors';
import { EventStreamParser, type ServerSentEvent } from './event-stream-parser';

const parse = (...pieces: string[]): ServerSentEvent[] => {
  const parser = new EventStreamParser();
  return pieces.flatMap((piece) => parser.push(piece));
};
const event = (data: string, type = 'message', lastEventId = ''): ServerSentEvent => ({ type, data, lastEventId });

describe('EventStreamParser', () => {
  it.each<[string, string, ServerSentEvent[]]>([
    ['lines of data', 'data: YHOO\ndata: +2\ndata: 10\n\n', [event('YHOO\n+2\n10')]],
    ['comments', ': test stream\n\ndata: first\n\n', [event('first')]],
    ['a name without a value', 'data\n\ndata\ndata\n\ndata:', [event(''), event('\n')]],
    ['one space alone behind the colon', 'data:test\n\ndata:  test\n\n', [event('test'), event(' test')]],
    ['types, each for one event', 'event: removal\ndata: 1\n\ndata: 2\n\n', [event('1', 'removal'), event('2')]],
    ['a type without data', 'event: x\n\ndata: 1\n\n', [event('1')]],
    [
      'ids, until another comes',
      'id: 7\ndata: 1\n\ndata: 2\n\n',
      [event('1', 'message', '7'), event('2', 'message', '7')],
    ],
    ['an id that is taken back', 'id: 7\ndata: 1\n\nid\ndata: 2\n\n', [event('1', 'message', '7'), event('2')]],
    [
      'an id with U+0000',
      'id: 7\ndata: 1\n\nid: 8\0\ndata: 2\n\n',
      [event('1', 'message', '7'), event('2', 'message', '7')],
    ],
    ['CR and CRLF', 'data: 1\r\rdata: 2\r\n\r\ndata: 3\r\n\n', [event('1'), event('2'), event('3')]],
    ['a byte order mark at the start alone', '\uFEFFdata: 1\n\n\uFEFFdata: 2\n\n', [event('1')]],
    ['fields it does not know', 'dat: 1\nDATA: 2\n data: 3\ndata: 4\n\n', [event('4')]],
    ['an event that was not ended', 'data: 1\n\ndata: 2\n', [event('1')]],
  ])('understands %s', (_what, text, events) => expect(parse(text)).toEqual(events));

  it('tells the id of whole events alone', () => {
    const parser = new EventStreamParser('3');
    parser.push('id: 4\ndata: half');
    expect(parser.lastEventId).toBe('3');
    parser.push('\n\nid: 5\n\nid: 6\n');
    expect(parser.lastEventId).toBe('5');
  });

  it('takes a time to wait of digits alone', () => {
    const parser = new EventStreamParser();
    parser.push('retry: 1500\n');
    parser.push('retry: soon\nretry: -1\nretry\n');
    expect(parser.retryMs).toBe(1500);
  });

  it('refuses lines and events that never end', () => {
    const line = new EventStreamParser('', 100);
    line.push(`data: ${'x'.repeat(80)}`);
    expect(() => line.push('x'.repeat(80))).toThrow(UnexpectedAnswerError);
    const lines = new EventStreamParser('', 100);
    expect(() => lines.push('data: 1234567890\n'.repeat(20))).toThrow(UnexpectedAnswerError);
  });

  const piece = fc.oneof(
    fc.constantFrom(
      '\r',
      '\n',
      '\r\n',
      '\n\n',
      ':',
      ' ',
      'data',
      'data: ',
      'event:',
      'id: ',
      'id: 7',
      'retry:12',
      '\uFEFF',
    ),
    fc.string({ maxLength: 4 }),
  );
  const stream = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

  it('means the same wherever it is cut', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(200), { maxLength: 12 }), (text, cuts) => {
        expect(parse(...pieces(text, cuts))).toEqual(parse(text));
        expect(parse(...text)).toEqual(parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('means the same as the standard, taken line by line', () => {
    fc.assert(
      fc.property(stream, (text) => expect(parse(text)).toEqual(reference(text))),
      { numRuns: 500 },
    );
  });
});

function pieces(text: string, cuts: readonly number[]): string[] {
  const ends = [...cuts.map((cut) => Math.min(cut, text.length)), text.length].sort((a, b) => a - b);
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
}

/** The standard's own words, with the whole stream at hand. */
function reference(text: string): ServerSentEvent[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  lines.pop();
  const events: ServerSentEvent[] = [];
  let [type, data, lastEventId] = ['', '', ''];
  for (const line of lines) {
    if (line === '') {
      if (data !== '') events.push({ type: type || 'message', data: data.replace(/\n$/, ''), lastEventId });
      [type, data] = ['', ''];
    }
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'event') type = value;
    if (name === 'data') data += `${value}\n`;
    if (name === 'id' && !value.includes('\0')) lastEventId = value;
  }
  return events;
}
