import { NearscoreError } from '@nearscore/errors';

const JSON_TYPE_ID = -130;
const DATA_HEAD_BYTES = 8;

/** A checkpoint entry in the grid cannot be understood: written by a newer version, or by something else. */
export class CheckpointFormatError extends NearscoreError {
  constructor(reason: string) {
    super('CHECKPOINT_FORMAT', `A checkpoint entry cannot be read: ${reason}`);
  }
}

/**
 * A partition's checkpoint entry, as HazelcastJsonValue, so that every client can read it:
 *
 * ```
 * Data   | hash i32 0 | type i32 -130 | length i32 | UTF-8 JSON …        big-endian
 * JSON   {"v": 1, "savedAt": epoch ms, "streams": {"<stream>": <next sequence to score>}}
 * ```
 */
export function encodeCheckpoint(positions: ReadonlyMap<string, number>, savedAt: number): Buffer {
  return encodeJsonData({ v: 1, savedAt, streams: Object.fromEntries(positions) });
}

export function decodeCheckpoint(data: Buffer): Map<string, number> {
  const entry = parse(data) as { v?: unknown; streams?: unknown };
  if (entry.v !== 1) throw new CheckpointFormatError(`format version ${String(entry.v)}, expected 1`);
  const { streams } = entry;
  if (typeof streams !== 'object' || streams === null || Array.isArray(streams)) {
    throw new CheckpointFormatError('no streams');
  }
  return new Map(Object.entries(streams).map(([stream, next]) => [stream, sequence(stream, next)]));
}

function sequence(stream: string, next: unknown): number {
  if (Number.isSafeInteger(next) && (next as number) >= 0) return next as number;
  throw new CheckpointFormatError(`the sequence of stream ${stream} is not a whole number`);
}

function encodeJsonData(value: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(value), 'utf8');
  const data = Buffer.alloc(DATA_HEAD_BYTES + 4 + json.length);
  data.writeInt32BE(JSON_TYPE_ID, 4);
  data.writeInt32BE(json.length, DATA_HEAD_BYTES);
  json.copy(data, DATA_HEAD_BYTES + 4);
  return data;
}

function parse(data: Buffer): object {
  if (data.length < DATA_HEAD_BYTES + 4 || data.readInt32BE(4) !== JSON_TYPE_ID) {
    throw new CheckpointFormatError('it is not JSON');
  }
  const parsed = parseJson(data.toString('utf8', DATA_HEAD_BYTES + 4));
  if (typeof parsed !== 'object' || parsed === null) throw new CheckpointFormatError('it is not an object');
  return parsed;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new CheckpointFormatError('its JSON is broken');
  }
}
