import { HazelcastJsonValue } from 'hazelcast-client';
import { GridValueError } from '../grid.errors';

/** How a map's values lie in the grid. */
export interface ValueCodec<T> {
  toStored(value: T): unknown;
  fromStored(stored: unknown): T;
}

/** The client's own mapping: Buffer is byte[], an instance of a registered class is Compact. */
export function createPlainCodec<T>(map: string, isValue: (stored: unknown) => boolean): ValueCodec<T> {
  return {
    toStored: (value) => value,
    fromStored: (stored) => {
      if (!isValue(stored)) throw new GridValueError(map, `it is of an unexpected type (${typeNameOf(stored)})`);
      return stored as T;
    },
  };
}

/**
 * JSON as HazelcastJsonValue. Compare-and-set compares stored text, and another writer may order or space it in another
 * way: so an object that was read keeps its text, and `toStored` of that very object gives the text back.
 */
export function createJsonCodec<T>(map: string): ValueCodec<T> {
  const texts = new WeakMap<object, string>();
  return {
    toStored: (value) => new HazelcastJsonValue(textOf(texts, value)),
    fromStored: (stored) => {
      const text = jsonTextOf(map, stored);
      const value = parseJson(map, text);
      if (typeof value === 'object' && value !== null) texts.set(value, text);
      return value as T;
    },
  };
}

function textOf(texts: WeakMap<object, string>, value: unknown): string {
  const kept = typeof value === 'object' && value !== null ? texts.get(value) : undefined;
  const text = kept ?? (JSON.stringify(value) as string | undefined);
  if (text === undefined) throw new TypeError('The value has no JSON form.');
  return text;
}

function jsonTextOf(map: string, stored: unknown): string {
  if (stored instanceof HazelcastJsonValue) return stored.toString();
  throw new GridValueError(map, `it is not JSON (${typeNameOf(stored)})`);
}

function parseJson(map: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new GridValueError(map, 'its JSON is malformed', error);
  }
}

export function typeNameOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? value.constructor.name : typeof value;
}
