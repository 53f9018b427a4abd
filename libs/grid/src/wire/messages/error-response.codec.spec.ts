import { clientErrors } from '../../../../../test/fixtures/wire/client-codecs';
import {
  decodeTruncations,
  decodeWhole,
  frameStarts,
  patched,
  wireFixture,
} from '../../../../../test/fixtures/wire/wire-fixture';
import { MessageReader } from '../message-reader';
import { decodeErrorResponse } from './error-response.codec';

const response = wireFixture('error-response.no-journal');
const CODE = { unsupportedOperation: 61, wrongTarget: 62, objectDestroyed: 14, authentication: 3 };

function decode(bytes: Buffer, start: number, end: number) {
  const error = decodeErrorResponse(new MessageReader(bytes, start, end));
  const { message, retriable, code, details } = error;
  return { message, retriable, code, details };
}

describe('error-response', () => {
  it('reads what the real client reads of the first error', () => {
    const [expected] = clientErrors(response);
    expect(decodeWhole(response, decode)).toEqual({
      details: { errorCode: expected?.errorCode, className: expected?.className },
      message: `${expected?.className}: ${expected?.message}`,
      retriable: false,
      code: 'MEMBER_ERROR',
    });
    expect(expected).toMatchObject({ className: 'java.lang.UnsupportedOperationException' });
  });

  it('refuses every truncation before the message', () => {
    // The stack trace and the causes behind it are not read.
    const messageEnds = frameStarts(response)[6];
    expect(decodeTruncations(response, decode)).toBe(messageEnds);
  });

  it('reads an error without a message', () => {
    const codeAt = frameStarts(response)[3] as number;
    const messageAt = frameStarts(response)[5] as number;
    const mute = Buffer.concat([response.subarray(0, messageAt), Buffer.from('060000000004', 'hex')]);
    expect(response.readInt32LE(codeAt + 6)).toBe(CODE.unsupportedOperation);
    expect(decodeWhole(mute, decode)).toMatchObject({ message: 'java.lang.UnsupportedOperationException: no message' });
  });

  it('has a code of its own for a map that was destroyed', () => {
    const codeAt = frameStarts(response)[3] as number;
    const destroyed = patched(response, (copy) => copy.writeInt32LE(CODE.objectDestroyed, codeAt + 6));
    expect(decodeWhole(destroyed, decode)).toMatchObject({ code: 'MAP_DESTROYED', retriable: true });
  });

  it.each([
    [CODE.wrongTarget, true],
    [CODE.authentication, false],
  ])('knows whether the same may succeed later: %d', (errorCode, retriable) => {
    const codeAt = frameStarts(response)[3] as number;
    const changed = patched(response, (copy) => copy.writeInt32LE(errorCode, codeAt + 6));
    expect(decodeWhole(changed, decode)).toMatchObject({ details: { errorCode }, retriable });
  });
});
