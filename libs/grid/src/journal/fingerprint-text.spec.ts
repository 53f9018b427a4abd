import * as fc from 'fast-check';
import { fingerprintText, parseFingerprint } from './fingerprint-text';

it('comes back from its text', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (high, low) => {
      const text = fingerprintText({ high, low });
      expect(text).toHaveLength(16);
      expect(parseFingerprint(text)).toEqual({ high, low });
    }),
  );
});

it.each(['', 'abc', 'g000000000000000', '00000000000000000'])('is not read from %j', (text) => {
  expect(parseFingerprint(text)).toBeUndefined();
});
