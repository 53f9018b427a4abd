import { type MessageReader } from '../message-reader';
import { MapDestroyedError, MemberError } from '../wire.errors';

/**
 * Message type 0. The first holder is the error itself, further ones are its causes.
 *
 * ```
 * response  | – |, [BEGIN, | error code i32 |, class name, message?, [stack trace …], END …]
 * ```
 */
export function decodeErrorResponse(reader: MessageReader): MemberError | MapDestroyedError {
  reader.next();
  reader.next();
  reader.next();
  const code = reader.int(0);
  const className = reader.string();
  const reason = reader.nullableString();
  return code === MapDestroyedError.errorCode
    ? new MapDestroyedError(reason)
    : new MemberError(code, className, reason);
}
