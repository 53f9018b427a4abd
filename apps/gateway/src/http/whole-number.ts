/** A whole number from 1 to `max` in a path or a query: `1`, never `01`, `1e3` or `+1`. Undefined when it is none. */
export function parseWholeNumber(text: unknown, max: number): number | undefined {
  const number = typeof text === 'string' && /^[1-9]\d{0,9}$/.test(text) ? Number(text) : NaN;
  return number <= max ? number : undefined;
}
