import fc from 'fast-check';
import { featureMapOf, parseName, predictionMapOf, shadowMapOf } from './names';

describe('names', () => {
  it('take lower case, digits, dot, underscore and dash, beginning with a letter or digit', () => {
    expect(featureMapOf('fraud')).toBe('features.fraud');
    expect(predictionMapOf('a.b_c-1')).toBe('predictions.a.b_c-1');
    expect(parseName('a'.repeat(64), 'stream')).toHaveLength(64);
  });

  it.each([
    '',
    'A',
    '.a',
    '-a',
    '_a',
    'a/b',
    'a b',
    '..',
    'a\u0000',
    'a'.repeat(65),
    'é',
    '../x',
    'a\n',
    1,
    null,
    undefined,
  ])('refuse %j', (value) => {
    expect(() => parseName(value, 'model')).toThrow(expect.objectContaining({ code: 'INVALID_NAME' }));
  });

  it('leave a map beside each stream to its shadow: a stream of that name would write into it', () => {
    expect(shadowMapOf('fraud')).toBe('predictions.fraud.shadow');
    const refusal = expect.objectContaining({ code: 'INVALID_NAME', message: expect.stringContaining('shadow') });
    expect(() => featureMapOf('fraud.shadow')).toThrow(refusal);
    expect(featureMapOf('fraud.shadows')).toBe('features.fraud.shadows');
  });

  it('never let a key separator or pattern through', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(parseName(text, 'stream')).not.toMatch(/[/*%\\\s]/);
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_NAME' });
        }
      }),
    );
  });
});
