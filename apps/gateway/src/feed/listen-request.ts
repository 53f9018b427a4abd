import { BadRequestError } from '../http/http.errors';
import { decodeEventId, type EventPosition } from './event-id.codec';
import { type EventFilter } from './event-filter';

export type EventFormat = 'json' | 'cloudevents';

/** What a listener asks for. */
export interface ListenRequest {
  readonly start: 'newest' | 'oldest' | EventPosition;
  readonly filter: EventFilter;
  readonly format: EventFormat;
}

const MAX_LABELS = 100;
const MAX_TEXT_BYTES = 512;
const LAST_EVENT_ID = 'Last-Event-ID';
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

type Values = Readonly<Record<string, unknown>>;

/**
 * Reads the query and the header `Last-Event-ID`, which wins over everything that says where to begin: a browser that
 * reconnects sends it with the address of its first request. BadRequestError names the parameter that is wrong.
 */
export function parseListenRequest(query: Values, lastEventId: string | undefined): ListenRequest {
  const { from, label, minScore, keyPrefix, format, lastEventId: fromQuery, ...others } = query;
  for (const parameter of Object.keys(others)) refuse(parameter, 'there is no such parameter here');
  const resumed = idOf(LAST_EVENT_ID, lastEventId) ?? idOf('lastEventId', fromQuery);
  const begin = oneOf('from', from, ['newest', 'oldest']);
  return {
    start: resumed ?? begin,
    filter: {
      ...(label !== undefined && { labels: new Set(labelsOf(label)) }),
      ...(minScore !== undefined && { minScore: numberOf('minScore', minScore) }),
      ...(keyPrefix !== undefined && { keyPrefix: textOf('keyPrefix', keyPrefix) }),
    },
    format: oneOf('format', format, ['json', 'cloudevents']),
  };
}

/** An empty one is none: that is what a browser has before its first event. */
function idOf(parameter: string, value: unknown): EventPosition | undefined {
  if (value === undefined || value === '') return undefined;
  const position = typeof value === 'string' ? decodeEventId(value) : undefined;
  return position ?? refuse(parameter, 'this is not the id of an event');
}

/** The first choice is the default. */
function oneOf<const T extends string>(parameter: string, value: unknown, choices: readonly [T, ...T[]]): T {
  if (value === undefined) return choices[0];
  return choices.find((choice) => choice === value) ?? refuse(parameter, `expected ${choices.join(' or ')}`);
}

function labelsOf(value: unknown): string[] {
  const labels = [value].flat();
  if (labels.length > MAX_LABELS) refuse('label', `at most ${MAX_LABELS} are taken`);
  return labels.map((label) => textOf('label', label));
}

function textOf(parameter: string, value: unknown): string {
  const isText = typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= MAX_TEXT_BYTES;
  return isText ? value : refuse(parameter, `expected a text of 1 to ${MAX_TEXT_BYTES} bytes`);
}

function numberOf(parameter: string, value: unknown): number {
  const number = typeof value === 'string' && NUMBER.test(value) ? Number(value) : NaN;
  return Number.isFinite(number) ? number : refuse(parameter, 'expected a number');
}

function refuse(parameter: string, problem: string): never {
  throw new BadRequestError(`${parameter}: ${problem}.`, { parameter });
}
