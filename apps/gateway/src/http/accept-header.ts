import { NotAcceptableError } from './http.errors';

/**
 * The media type of `offered` that an Accept header prefers (RFC 9110, section 12.5.1); of those that it likes the same, the
 * first offered. Without a header everything is accepted. NotAcceptableError when it takes none of them.
 */
export function preferredType<T extends string>(accept: string | undefined, offered: readonly T[]): T {
  const ranges = (accept ?? '').trim() === '' ? [{ range: '*/*', quality: 1 }] : (accept ?? '').split(',').map(toRange);
  const [best] = offered
    .map((type) => ({ type, quality: qualityOf(type, ranges) }))
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality);
  if (best === undefined) throw new NotAcceptableError(offered);
  return best.type;
}

interface MediaRange {
  readonly range: string;
  readonly quality: number;
}

function toRange(text: string): MediaRange {
  const [range = '', ...parameters] = text.toLowerCase().split(';');
  const weight = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean);
  return { range: range.trim(), quality: weight === undefined ? 1 : Number(weight) };
}

/** Of the ranges that hold a type the most specific one counts. */
function qualityOf(type: string, ranges: readonly MediaRange[]): number {
  const names = [type, `${type.split('/', 1)[0]}/*`, '*/*'];
  const found = names.map((name) => ranges.find(({ range }) => range === name)).find(Boolean);
  return found?.quality || 0;
}
