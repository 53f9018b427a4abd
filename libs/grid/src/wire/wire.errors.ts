import { NearscoreError } from '@nearscore/errors';

/** A member sent bytes that are not the protocol. The connection cannot be trusted any more and is closed. */
export class MalformedMessageError extends NearscoreError {
  constructor(what: string) {
    super('WIRE_MALFORMED_MESSAGE', `The member's answer is malformed: ${what}`, { retriable: true });
  }
}

/** One message is larger than the connection may hold in memory. */
export class MessageTooLargeError extends NearscoreError {
  /** @param correlation of the request that it answers, when so much of it has come */
  constructor(
    bytes: number,
    limit: number,
    readonly correlation?: number,
  ) {
    super('WIRE_MESSAGE_TOO_LARGE', `A message of at least ${bytes} bytes exceeds the limit of ${limit} bytes`, {
      details: { bytes, limit },
    });
  }
}

/** The connection ended or could not be made. What was sent and not answered may or may not have been done. */
export class WireConnectionError extends NearscoreError {
  constructor(member: string, reason: string, cause?: unknown) {
    super('WIRE_CONNECTION_LOST', `Connection to member ${member}: ${reason}`, {
      retriable: true,
      details: { member },
      cause,
    });
  }
}

/** The member refused the connection: wrong cluster name, or credentials that this client does not have. */
export class WireAuthenticationError extends NearscoreError {
  constructor(member: string, reason: string) {
    super('WIRE_AUTHENTICATION_FAILED', `Member ${member} refused the connection: ${reason}`, { details: { member } });
  }
}

/**
 * Answers after which the partition is asked again, at its (possibly new) owner. Numbers: ClientProtocolErrorCodes of the
 * open client protocol.
 */
const RETRIABLE_CODES: ReadonlySet<number> = new Set([
  8, // caller not member
  19, // instance not active
  33, // member left
  38, // operation timeout
  39, // partition migrating
  46, // retryable hazelcast
  47, // retryable io
  52, // target disconnected
  53, // target not member
  62, // wrong target
  80, // indeterminate operation state
  82, // target not replica
]);

/** An error answer of a member. */
export class MemberError extends NearscoreError {
  /** @param errorCode the protocol's error code; @param className the Java exception's class */
  constructor(
    readonly errorCode: number,
    readonly className: string,
    reason: string | null,
  ) {
    super('MEMBER_ERROR', `${className}: ${reason ?? 'no message'}`, {
      retriable: RETRIABLE_CODES.has(errorCode),
      details: { errorCode, className },
    });
  }
}

/**
 * The map was destroyed. The next operation makes a new one of the same name, whose journal begins at sequence 0 again, and
 * may soon be longer than the old one was.
 */
export class MapDestroyedError extends NearscoreError {
  static readonly errorCode = 14;

  constructor(reason: string | null) {
    super('MAP_DESTROYED', reason ?? 'A map was destroyed', { retriable: true });
  }
}
