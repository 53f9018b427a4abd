import { WireConnection, type WireConnectionOptions } from './wire-connection';

/** Who answers at an address. */
export interface MemberIdentity {
  readonly memberUuid: string;
  /** Of the cluster as it was started: a grid that is started anew has another one. */
  readonly clusterId: string;
}

/**
 * Connects, asks the member who it is, and hangs up.
 *
 * @throws WireConnectionError, WireAuthenticationError, MemberError
 */
export async function probeMember(options: WireConnectionOptions): Promise<MemberIdentity> {
  const connection = await WireConnection.open(options, { onReadable: () => undefined, onClosed: () => undefined });
  connection.close();
  const { memberUuid, clusterId } = connection;
  return { memberUuid, clusterId };
}
