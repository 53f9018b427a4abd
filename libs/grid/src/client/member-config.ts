import { type GridOptions } from '../grid.options';
import { decodeMcGetMemberConfig, encodeMcGetMemberConfig } from '../wire/messages/mc-get-member-config.codec';
import { requestOnce } from '../wire/request-once';
import { WIRE_DEFAULTS } from '../wire/wire-connection';
import { type GridMember } from './grid';
import { toTlsOptions } from './client-config';

/**
 * The member's own configuration as XML. hazelcast-client has no call for it; a short connection of ours asks the member,
 * which needs nothing of that client's inside.
 */
export function readMemberConfig(options: GridOptions, member: GridMember): Promise<string> {
  const { clusterName, clientName } = options;
  const { host, port } = member;
  const connection = { ...WIRE_DEFAULTS, host, port, clusterName, clientName, tls: toTlsOptions(options.tls) };
  return requestOnce(connection, encodeMcGetMemberConfig, decodeMcGetMemberConfig);
}
