/**
 * The pattern that is meant for a name: the name itself, or else the longest prefix (`features.fraud-*` before `features.*`).
 * `*` stands for any end, and only at the end.
 */
export function matchingPattern(patterns: Iterable<string>, name: string): string | undefined {
  let best: string | undefined;
  for (const pattern of patterns) {
    if (pattern === name) return pattern;
    const matches = pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1));
    if (matches && pattern.length > (best?.length ?? 0)) best = pattern;
  }
  return best;
}
