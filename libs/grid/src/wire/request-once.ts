import { type MessageReader } from './message-reader';
import { type MessageWriter } from './message-writer';
import { WireConnection, type WireConnectionOptions } from './wire-connection';

/**
 * One request on a connection made for it: for rare questions, whose answer must not wait behind others.
 *
 * @throws WireConnectionError, WireAuthenticationError, MemberError
 */
export async function requestOnce<T>(
  options: WireConnectionOptions,
  encode: (writer: MessageWriter, correlation: number) => void,
  decode: (reader: MessageReader) => T,
): Promise<T> {
  const connection: WireConnection = await WireConnection.open(options, {
    onReadable: () => connection.dispatch(),
    onClosed: () => undefined,
  });
  try {
    return await connection.request(encode, decode);
  } finally {
    connection.close();
  }
}
