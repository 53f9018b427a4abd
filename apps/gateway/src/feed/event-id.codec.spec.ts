import fc from 'fast-check';
import { decodeEventId, encodeEventId, type EventPosition } from './event-id.codec';

const MAX_POSITION = 2 ** 52 - 1;
const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

const position: fc.Arbitrary<EventPosition> = fc.record({
  cluster: u32,
  owners: u32,
  positions: fc.array(fc.oneof(fc.nat({ max: 1000 }), fc.nat(), fc.integer({ min: 0, max: MAX_POSITION })), {
    minLength: 1,
    maxLength: 300,
  }),
});

const of = (positions: number[]): EventPosition => ({ cluster: 0xffffffff, owners: 7, positions });

describe('the id of an event', () => {
  it('tells the position that it was made of', () => {
    fc.assert(fc.property(position, (wanted) => expect(decodeEventId(encodeEventId(wanted))).toEqual(wanted)));
  });

  it('is the only id of its position: what decodes is what was encoded', () => {
    fc.assert(
      fc.property(position, fc.nat(), fc.nat({ max: 255 }), (wanted, at, byte) => {
        const bytes = Buffer.from(encodeEventId(wanted), 'base64url');
        bytes[at % bytes.length] = byte;
        const id = bytes.toString('base64url');
        const decoded = decodeEventId(id);
        if (decoded !== undefined) expect(encodeEventId(decoded)).toBe(id);
      }),
    );
  });

  it('is refused when it is cut or longer', () => {
    fc.assert(
      fc.property(position, fc.nat(), (wanted, at) => {
        const id = encodeEventId(wanted);
        expect(decodeEventId(id.slice(0, at % id.length))).toBeUndefined();
        expect(decodeEventId(`${id}AAAA`)).toBeUndefined();
      }),
    );
  });

  it.each([
    '',
    ' ',
    'garbage',
    '0',
    '42',
    '-1',
    'A',
    'AQ',
    'AQAAAAAAAAAA=',
    'null',
    '{"a":1}',
    'ü',
    'A'.repeat(10_000),
  ])('is not %j', (text) => expect(decodeEventId(text)).toBeUndefined());

  it('is not arbitrary text', () => {
    fc.assert(
      fc.property(fc.base64String(), fc.string(), (base64, text) => {
        expect([base64, text].map(decodeEventId)).toEqual([undefined, undefined]);
      }),
    );
  });

  it('is not a position that no journal can have', () => {
    expect(decodeEventId(encodeEventId(of([MAX_POSITION + 1])))).toBeUndefined();
    // Mean 0, and one below it.
    expect(
      decodeEventId(Buffer.from('010000000000000000' + '01' + '00' + '01', 'hex').toString('base64url')),
    ).toBeUndefined();
  });

  it('has at most 754 characters for 271 partitions near each other, and 2,924 for any', () => {
    const lengthOf = (positionOf: (partition: number) => number): number =>
      encodeEventId(of(Array.from({ length: 271 }, (_, partition) => positionOf(partition)))).length;
    expect(lengthOf((partition) => 2 ** 32 + (partition % 2) * 16_000)).toBeLessThanOrEqual(754);
    expect(lengthOf((partition) => (partition % 2) * MAX_POSITION)).toBeLessThanOrEqual(2_924);
    expect(lengthOf(() => 0)).toBeLessThanOrEqual(380);
  });
});
