import { preferredType } from './accept-header';

const OFFERED = ['text/event-stream', 'application/x-ndjson'] as const;
const preferred = (accept: string | undefined) => preferredType(accept, OFFERED);

describe('preferredType', () => {
  test.each([undefined, '', '*/*', 'text/*', 'text/event-stream', 'TEXT/Event-Stream; charset=utf-8'])(
    '%p takes the first',
    (accept) => expect(preferred(accept)).toBe('text/event-stream'),
  );

  test.each([
    'application/x-ndjson',
    'application/*',
    'text/event-stream;q=0.5, application/x-ndjson',
    '*/*, text/*;q=0',
    'text/html, application/x-ndjson ; q=0.1',
  ])('%p takes the other', (accept) => expect(preferred(accept)).toBe('application/x-ndjson'));

  test('a browser that opens the address gets the first, too', () => {
    expect(preferred('text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8')).toBe('text/event-stream');
  });

  test.each(['application/json', 'text/html;q=1', '*/*;q=0', 'text/event-stream;q=0', ',', 'text', '*/*;q=.'])(
    '%p takes none',
    (accept) => expect(() => preferred(accept)).toThrow(expect.objectContaining({ code: 'NOT_ACCEPTABLE' })),
  );
});
