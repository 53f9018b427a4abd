import { isNewEnough } from './redis-binary';

describe('isNewEnough', () => {
  it.each([
    ['Redis server v=6.2.11 sha=00000000:0 malloc=jemalloc-5.1.0 bits=64', true],
    ['Redis server v=6.0.16 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64', false],
    ['Redis server v=5.0.14', false],
    ['Redis server v=7.0.15', true],
    ['Valkey server v=8.1.0 sha=00000000:0', true],
    ['', false],
  ])('%s: %s', (line, expected) => expect(isNewEnough(line)).toBe(expected));
});
