import { InvalidArgumentError } from 'commander';

/** A whole number, for an option or an argument. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min}${max < 1e9 ? ` to ${max}` : ''}.`);
  };
}

export function decimal(min: number, max = Infinity): (text: string) => number {
  return (text) => {
    const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a number from ${min}${max < Infinity ? ` to ${max}` : ''}.`);
  };
}

/** For options that may be given more than once. */
export function collected(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/** What may be switched off by that word. */
export function numberOrOff(text: string): number | 'off' {
  return text === 'off' ? text : decimal(0)(text);
}
