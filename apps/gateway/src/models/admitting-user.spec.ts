import { parseUser } from './admitting-user';

test.each([
  [undefined, null],
  ['ada', 'ada'],
  ['Ada Lovelace <ada@example.org>', 'Ada Lovelace <ada@example.org>'],
])('%j is %j', (header, user) => expect(parseUser(header)).toBe(user));

test.each(['', ' ', 'a\u0000b', 'é', 'a\tb', 'x'.repeat(129)])('refuses %j', (header) =>
  expect(() => parseUser(header)).toThrow(expect.objectContaining({ code: 'INVALID_USER' })),
);
