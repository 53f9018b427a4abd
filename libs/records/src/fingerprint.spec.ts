import fc from 'fast-check';
import { type Fingerprint, fingerprintOf } from './fingerprint';

function fingerprint(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const into: Fingerprint = { high: 0, low: 0 };
  fingerprintOf(bytes, start, end, into);
  return `${into.high}:${into.low}`;
}

describe('fingerprintOf', () => {
  it('depends on the bytes alone, not on where they lie', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat({ max: 7 }), (bytes, shift) => {
        const elsewhere = Buffer.concat([Buffer.alloc(shift, 0xaa), bytes, Buffer.alloc(9, 0xbb)]);
        expect(fingerprint(elsewhere, shift, shift + bytes.length)).toBe(fingerprint(bytes));
      }),
    );
  });

  it('is a pair of signed halves', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const into: Fingerprint = { high: 0, low: 0 };
        fingerprintOf(bytes, 0, bytes.length, into);
        expect([into.high | 0, into.low | 0]).toEqual([into.high, into.low]);
      }),
    );
  });

  it('changes with any one bit, and with zeros at the end', () => {
    const bytes = Buffer.from('a record of some thirty bytes..');
    const seen = new Set([fingerprint(bytes), fingerprint(Buffer.concat([bytes, Buffer.alloc(1)]))]);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      seen.add(fingerprint(changed));
    }
    expect(seen.size).toBe(bytes.length * 8 + 2);
  });

  it('tells 200,000 numbered records apart in either half', () => {
    const halves = [new Set<number>(), new Set<number>()];
    const bytes = Buffer.alloc(24, 7);
    const into: Fingerprint = { high: 0, low: 0 };
    for (let number = 0; number < 200_000; number++) {
      bytes.writeInt32BE(number, 12);
      fingerprintOf(bytes, 0, bytes.length, into);
      halves[0]?.add(into.high);
      halves[1]?.add(into.low);
    }
    // About 5 collisions are expected of 200,000 random 32-bit numbers.
    expect(halves.map((half) => half.size > 199_960)).toEqual([true, true]);
  });
});
