import { NearscoreError } from '@nearscore/errors';
import { fingerprintText, parseFingerprint } from './fingerprint-text';
import { type Fingerprint } from './record-identity';

const FORMAT_VERSION = 2;
const JSON_TYPE_ID = -130;
const DATA_HEAD_BYTES = 8;

/** The last event before the checkpoint: by it another journal with the same sequences is told from the one that was read. */
export interface JournalTail extends Fingerprint {
  readonly sequence: number;
}

/** How far a stream's journal of one partition is scored. */
export interface StreamCheckpoint {
  /** Every event before this sequence has its prediction stored, its removal done, or its record parked. */
  readonly next: number;
  /** Rises whenever sequences began anew, after the partition was scored again from its map. */
  readonly incarnation: number;
  /** Undefined when `next` was not reached by reading. */
  readonly tail?: JournalTail | undefined;
}

/** The entry of a partition: who may score it, and how far it is scored. Only ever changed by compare-and-set. */
export interface PartitionEntry {
  /** Counts the writes: no two entries have the same bytes, so an entry that stays the same is not being renewed. */
  readonly writes: number;
  /** Counts the holders. */
  readonly epoch: number;
  /** The lane that holds the lease; null: it was given back. */
  readonly holder: string | null;
  /** How long the holder may write after a renewal, in ms. */
  readonly leaseMs: number;
  /** How often a lane found that it may have written after its lease was over. */
  readonly suspicions: number;
  readonly streams: ReadonlyMap<string, StreamCheckpoint>;
}

/** An entry of nearscore.checkpoints cannot be understood: written by a newer version, or by something else. */
export class CheckpointFormatError extends NearscoreError {
  constructor(reason: string) {
    super('CHECKPOINT_FORMAT', `A checkpoint entry cannot be read: ${reason}`);
  }
}

/**
 * As HazelcastJsonValue, so that every client can read it:
 *
 * ```
 * Data   | hash i32 0 | type i32 -130 | length i32 | UTF-8 JSON …        big-endian
 * JSON   {"v": 2, "n": 17, "epoch": 3, "holder": "node-1/0#x7…", "leaseMs": 4000, "suspicions": 0, "savedAt": epoch ms,
 *         "streams": {"fraud": {"next": 4711, "incarnation": 1, "tail": {"sequence": 4710, "fingerprint": "16 hex digits"}}}}
 * ```
 */
export function encodePartitionEntry(entry: PartitionEntry, savedAt: number): Buffer {
  const { writes: n, epoch, holder, leaseMs, suspicions } = entry;
  const streams = Object.fromEntries([...entry.streams].map(([name, checkpoint]) => [name, toJson(checkpoint)]));
  return encodeJsonData({ v: FORMAT_VERSION, n, epoch, holder, leaseMs, suspicions, savedAt, streams });
}

/** @throws CheckpointFormatError */
export function decodePartitionEntry(data: Buffer): PartitionEntry {
  const { v, n, epoch, holder, leaseMs, suspicions, streams } = parse(data);
  if (v !== FORMAT_VERSION) throw new CheckpointFormatError(`format version ${String(v)}, expected ${FORMAT_VERSION}`);
  if (holder !== null && typeof holder !== 'string') throw new CheckpointFormatError('no holder');
  return {
    writes: count('n', n),
    epoch: count('epoch', epoch),
    holder,
    leaseMs: count('leaseMs', leaseMs),
    suspicions: count('suspicions', suspicions),
    streams: new Map(
      Object.entries(objectOf('streams', streams)).map(([name, given]) => [name, fromJson(name, given)]),
    ),
  };
}

function toJson({ next, incarnation, tail }: StreamCheckpoint): object {
  if (!tail) return { next, incarnation };
  return { next, incarnation, tail: { sequence: tail.sequence, fingerprint: fingerprintText(tail) } };
}

function fromJson(stream: string, given: unknown): StreamCheckpoint {
  const { next, incarnation, tail } = objectOf(`stream ${stream}`, given);
  return {
    next: count(`next of stream ${stream}`, next),
    incarnation: count(`incarnation of stream ${stream}`, incarnation),
    ...(tail === undefined ? {} : { tail: tailOf(stream, tail) }),
  };
}

function tailOf(stream: string, given: unknown): JournalTail {
  const { sequence, fingerprint } = objectOf(`tail of stream ${stream}`, given);
  const parsed = typeof fingerprint === 'string' ? parseFingerprint(fingerprint) : undefined;
  if (!parsed) {
    throw new CheckpointFormatError(`the fingerprint of stream ${stream} is not 16 hex digits`);
  }
  return { sequence: count(`tail of stream ${stream}`, sequence), ...parsed };
}

function count(what: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new CheckpointFormatError(`${what} is not a whole number`);
}

function objectOf(what: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new CheckpointFormatError(`${what} is not an object`);
}

function encodeJsonData(value: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(value), 'utf8');
  const data = Buffer.alloc(DATA_HEAD_BYTES + 4 + json.length);
  data.writeInt32BE(JSON_TYPE_ID, 4);
  data.writeInt32BE(json.length, DATA_HEAD_BYTES);
  json.copy(data, DATA_HEAD_BYTES + 4);
  return data;
}

function parse(data: Buffer): Record<string, unknown> {
  if (data.length < DATA_HEAD_BYTES + 4 || data.readInt32BE(4) !== JSON_TYPE_ID) {
    throw new CheckpointFormatError('it is not JSON');
  }
  return objectOf('it', parseJson(data.toString('utf8', DATA_HEAD_BYTES + 4)));
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new CheckpointFormatError('its JSON is broken');
  }
}
