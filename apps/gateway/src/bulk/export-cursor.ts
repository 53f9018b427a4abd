import { createHash } from 'node:crypto';
import { decodeEventId, encodeEventId, type EventPosition } from '../feed/event-id.codec';
import { CursorInvalidError } from './bulk.errors';

/**
 * Where an export stands: behind the partitions of `positions`. For predictions these are the journals' positions
 * before each partition was read; for records they mean nothing.
 */
export type ExportPosition = EventPosition;

/** What a cursor must fit. */
export interface CursorPlace {
  readonly map: string;
  readonly cluster: number;
  readonly partitions: number;
}

/** `<hash of the map's name>.<the position as an event's id has it>` */
export function encodeCursor(map: string, position: ExportPosition): string {
  return `${hashOf(map)}.${encodeEventId(position)}`;
}

/** CursorInvalidError when it is none, or of another map or grid. */
export function decodeCursor(cursor: string, { map, cluster, partitions }: CursorPlace): ExportPosition {
  const [hash = '', id = ''] = cursor.split('.', 2);
  const position = decodeEventId(id);
  if (position === undefined || `${hash}.${id}` !== cursor) throw new CursorInvalidError('This is not a cursor.');
  if (hash !== hashOf(map)) throw new CursorInvalidError('The cursor is one of another export.');
  if (position.cluster !== cluster || position.positions.length > partitions) {
    throw new CursorInvalidError(
      'The grid was started anew since the cursor was given; export again from the beginning.',
    );
  }
  return position;
}

function hashOf(map: string): string {
  return createHash('sha256').update(map).digest('base64url').slice(0, 8);
}
