import { parseVersion } from './model-version-number';

test.each([
  ['1', 1],
  ['2147483647', 2147483647],
])('%s', (text, version) => expect(parseVersion(text)).toBe(version));

test.each(['0', '01', '1e3', '+1', '-1', '1.0', ' 1', '', '2147483648', '0x10', '١'])('refuses %j', (text) =>
  expect(() => parseVersion(text)).toThrow(expect.objectContaining({ code: 'INVALID_VERSION' })),
);
