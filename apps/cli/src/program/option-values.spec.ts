import { InvalidArgumentError } from 'commander';
import { collected, decimal, wholeNumber } from './option-values';

describe('option values', () => {
  it('are numbers, or told what they should be', () => {
    expect(wholeNumber(1)('17')).toBe(17);
    expect([decimal(0, 30)('0.5'), decimal(-Infinity)('-1.25')]).toEqual([0.5, -1.25]);
  });

  it.each(['', ' 1', '1e3', '0x10', '1.5', '-1', '0', '12345678901234567'])('%j is no whole number from 1', (text) => {
    expect(() => wholeNumber(1)(text)).toThrow(InvalidArgumentError);
  });

  it.each(['', '1e3', '.5', '31', '-1', 'NaN', 'Infinity'])('%j is no number from 0 to 30', (text) => {
    expect(() => decimal(0, 30)(text)).toThrow(InvalidArgumentError);
  });

  it('gather what is given more than once', () => {
    expect(collected('b', collected('a'))).toEqual(['a', 'b']);
  });
});
