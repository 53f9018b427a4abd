import { toPredictionView } from '../predictions/prediction-view';
import { type FeedReset } from './start-positions';
import { type Prediction } from '@nearscore/records';

/** Reconnect after so long, in ms. */
const RETRY_MS = 1_000;

export type CloseReason = 'slow-reader' | 'shutdown' | 'stream-removed';

/** A key that is no text, int or long is shown by its bytes. */
export interface ShownKey {
  readonly key: string | null;
  /** base64 */
  readonly keyData?: string;
}

export interface ToldEvent extends ShownKey {
  readonly partition: number;
  /** undefined: it was removed */
  readonly prediction: Prediction | undefined;
}

/** One server-sent event (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export function eventText(name: string, data: object, id?: string): string {
  return `${idLine(id)}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

function idLine(id: string | undefined): string {
  return id === undefined ? '' : `id: ${id}\n`;
}

/** @param id where it begins: without data it is no event, but what a reader resumes from */
export function beginText(id: string | undefined): string {
  return `retry: ${RETRY_MS}\n${idLine(id)}\n`;
}

/** @param id when the reader does not know it yet, though no event brought it */
export function heartbeatText(id: string | undefined): string {
  return `: heartbeat\n${idLine(id)}\n`;
}

export function resetText(reset: FeedReset, id: string | undefined): string {
  return eventText('reset', reset, id);
}

export function closeText(reason: CloseReason): string {
  return eventText('close', { reason });
}

/** As `GET …/predictions/{key}` shows it; of a removal its key and partition. */
export function dataOf({ prediction, partition, key, keyData }: ToldEvent): object {
  const shown = { ...(keyData !== undefined && { keyData }) };
  if (prediction === undefined) return { key, partition, ...shown };
  return { ...toPredictionView(key, partition, prediction), ...shown };
}

/**
 * The same as a CloudEvent (https://github.com/cloudevents/spec, 1.0.2, JSON format).
 *
 * @param id unique within the source
 */
export function toCloudEvent(event: ToldEvent, source: string, id: string): object {
  const { key, prediction } = event;
  return {
    specversion: '1.0',
    id,
    source,
    type: prediction === undefined ? 'nearscore.prediction.removed.v1' : 'nearscore.prediction.v1',
    ...(key !== null && key !== '' && { subject: key }),
    ...(prediction !== undefined && { time: new Date(prediction.scoredAt).toISOString() }),
    datacontenttype: 'application/json',
    data: dataOf(event),
  };
}
