import { type GridOptions } from '../grid.options';
import { decodeMcGetMemberConfig, encodeMcGetMemberConfig } from '../wire/messages/mc-get-member-config.codec';
import { WIRE_DEFAULTS, WireConnection } from '../wire/wire-connection';
import { type GridMember } from './grid';
import { toTlsOptions } from './client-config';

/**
 * The member's own configuration as XML. hazelcast-client has no call for it; a short connection of ours asks the member,
 * which needs nothing of that client's inside.
 */
export async function readMemberConfig(options: GridOptions, member: GridMember): Promise<string> {
  const connection: WireConnection = await WireConnection.open(
    {
      ...WIRE_DEFAULTS,
      host: member.host,
      port: member.port,
      clusterName: options.clusterName,
      clientName: options.clientName,
      tls: toTlsOptions(options.tls),
    },
    { onReadable: () => connection.dispatch(), onClosed: () => undefined },
  );
  try {
    return await connection.request(encodeMcGetMemberConfig, decodeMcGetMemberConfig);
  } finally {
    connection.close();
  }
}
