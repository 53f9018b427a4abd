import { UsageError } from '../program/cli.errors';

export interface StrategyOptions {
  /** `1,10,50`, or `1:30,10:60` with seconds */
  readonly canary?: string;
  /** Seconds */
  readonly hold?: number;
  /** Percent */
  readonly ab?: number;
  readonly shadow?: boolean;
  readonly minSamples?: number;
  readonly maxErrorRate?: number;
  /** off: not looked at. */
  readonly maxP99Ratio?: number | 'off';
  readonly maxPsi?: number | 'off';
}

/** As the gateway takes it; undefined: all at once. UsageError where options do not go together. */
export function strategyOf(options: StrategyOptions): object | undefined {
  const { canary, ab, shadow, hold } = options;
  const chosen = [canary, ab, shadow].filter((choice) => choice !== undefined).length;
  if (chosen > 1) throw new UsageError('Choose one of --canary, --ab and --shadow.');
  if (hold !== undefined && canary === undefined) throw new UsageError('--hold is for --canary.');
  const guards = guardsOf(options);
  if (chosen === 0) {
    if (guards)
      throw new UsageError('Guards are for --canary, --ab and --shadow: all at once, there is nothing to compare.');
    return undefined;
  }
  const guarded = guards && { guards };
  if (canary !== undefined) return { type: 'canary', steps: stepsOf(canary, hold), ...guarded };
  return ab === undefined ? { type: 'shadow', ...guarded } : { type: 'ab', percent: ab, ...guarded };
}

function stepsOf(text: string, hold: number | undefined): object[] {
  return text.split(',').map((part) => {
    const match = /^\s*(\d+(?:\.\d+)?)\s*(?::(\d+(?:\.\d+)?)\s*)?$/.exec(part);
    if (!match)
      throw new UsageError(`--canary is percents separated by commas, as 1,10,50 or 1:30,10:60, not "${text}".`);
    const holdSeconds = match[2] === undefined ? hold : Number(match[2]);
    return { percent: Number(match[1]), ...(holdSeconds !== undefined && { holdSeconds }) };
  });
}

/** Those that are given; undefined: none. */
function guardsOf({ minSamples, maxErrorRate, maxP99Ratio, maxPsi }: StrategyOptions): object | undefined {
  const guards = { minSamples, maxErrorRate, maxRunP99Ratio: maxP99Ratio, maxPsi };
  const given = Object.entries(guards).filter(([, value]) => value !== undefined);
  if (given.length === 0) return undefined;
  return Object.fromEntries(given.map(([name, value]) => [name, value === 'off' ? null : value]));
}
