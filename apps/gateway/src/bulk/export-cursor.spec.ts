import fc from 'fast-check';
import { decodeCursor, encodeCursor } from './export-cursor';

const position = { cluster: 7, owners: 9, positions: [0, 41, 2 ** 40] };
const place = { map: 'features.fraud', cluster: 7, partitions: 31 };
const codeOf = (cursor: string, at = place): unknown => {
  try {
    return decodeCursor(cursor, at);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

it('tells the position that it was made of', () => {
  expect(decodeCursor(encodeCursor('features.fraud', position), place)).toEqual(position);
});

it.each([
  ['another map', { ...place, map: 'predictions.fraud' }],
  ['another grid', { ...place, cluster: 8 }],
  ['fewer partitions', { ...place, partitions: 2 }],
])('is refused for %s', (_what, at) => {
  expect(codeOf(encodeCursor('features.fraud', position), at)).toBe('CURSOR_INVALID');
});

it('is no other text', () => {
  const cursor = encodeCursor('features.fraud', position);
  fc.assert(fc.property(fc.string(), (text) => expect(codeOf(text)).toBe('CURSOR_INVALID')));
  fc.assert(
    fc.property(fc.nat({ max: cursor.length - 1 }), (at) => expect(codeOf(cursor.slice(0, at))).toBe('CURSOR_INVALID')),
  );
  expect(codeOf(`${cursor}.x`)).toBe('CURSOR_INVALID');
});
