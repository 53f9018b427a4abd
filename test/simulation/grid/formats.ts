import { type Fingerprint, type PredictionStamp, type RecordIdentity } from '@nearscore/grid';

/** What a prediction says: the key it was made for, the record's value, and its stamp. */
export interface PredictionContent extends PredictionStamp {
  readonly echo: string;
  readonly value: string;
}

const FIRST = 0x811c9dc5;
const SECOND = 0x2f7c3a91;

/** 32-bit FNV-1a over bytes [start, end). */
function hashOf(bytes: Buffer, start: number, end: number, seed: number): number {
  let hash = seed;
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ (bytes[index] as number), 0x01000193);
  return hash | 0;
}

export function fingerprintOf(bytes: Buffer, start: number, end: number, into: Fingerprint): void {
  into.high = hashOf(bytes, start, end, FIRST);
  into.low = hashOf(bytes, start, end, SECOND);
}

/** `echo|value|sequence|epoch|high|low`: text, so that a trace can be read. */
export function encodePrediction(content: PredictionContent): string {
  const { echo, value, sequence, epoch, high, low } = content;
  return `${echo}|${value}|${sequence}|${epoch}|${high}|${low}`;
}

export function decodePrediction(text: string): PredictionContent | undefined {
  const [echo, value, sequence, epoch, high, low] = text.split('|');
  if (echo === undefined || value === undefined || low === undefined) return undefined;
  return { echo, value, sequence: Number(sequence), epoch: Number(epoch), high: Number(high), low: Number(low) };
}

/** What the model of the simulation answers to a key: a canary for rows that were mixed up. */
export function echoOf(key: string): string {
  return `~${key}`;
}

export const simIdentity: RecordIdentity = {
  fingerprintOf,
  stampOf(bytes, start, end, into) {
    const content = decodePrediction(bytes.toString('latin1', start, end));
    if (!content) return false;
    ({ sequence: into.sequence, epoch: into.epoch, high: into.high, low: into.low } = content);
    return true;
  },
};
