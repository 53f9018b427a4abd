import { parseWait } from './wait-parameter';

describe('parseWait', () => {
  test.each([
    ['1', 1],
    ['500', 500],
    ['30000', 30_000],
    [undefined, undefined],
  ])('%p is %p', (value, expected) => expect(parseWait(value)).toBe(expected));

  test.each(['', '0', '30001', '-1', '1.5', '1e3', ' 1', '0x10', 'soon', ['1', '2']])(
    '%p is named as wrong',
    (value) => {
      expect(() => parseWait(value)).toThrow(
        expect.objectContaining({ code: 'BAD_REQUEST', details: { parameter: 'wait' } }),
      );
    },
  );
});
