import { type FeatureField } from '@nearscore/records';
import { parseJsonBody } from '../http/json-body';
import { type JsonLimits } from '../http/json-scanner';

const INTEGER = /^-?\d{1,19}$/;
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

/** An array in a cell is numbers or texts and nothing else. */
const FLAT: JsonLimits = { maxJsonDepth: 1, maxObjectKeys: 1 };

/**
 * The value that a cell's text stands for, as JSON would have it: null when it is empty, undefined when it is no such
 * value. Its range is not looked at.
 */
export function parseCell({ kind, length }: FeatureField, text: string): unknown {
  if (text === '') return null;
  if (length !== undefined) return parseArray(text);
  if (kind === 'string') return text;
  if (kind === 'boolean') return BOOLEANS.get(text);
  if (kind.startsWith('int')) return parseInteger(text);
  return NUMBER.test(text) ? Number(text) : undefined;
}

/** An integer that a double would change is none. */
function parseInteger(text: string): number | undefined {
  const value = INTEGER.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

function parseArray(text: string): unknown {
  try {
    return parseJsonBody(Buffer.from(text), FLAT, 'line');
  } catch {
    return undefined;
  }
}
