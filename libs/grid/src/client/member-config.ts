import { type GridOptions } from '../grid.options';
import { decodeMcGetMemberConfig, encodeMcGetMemberConfig } from '../wire/messages/mc-get-member-config.codec';
import { requestOnce } from '../wire/request-once';
import { type GridMember } from './grid';
import { toWireOptions } from './client-config';

/**
 * The member's own configuration as XML. hazelcast-client has no call for it; a short connection of ours asks the member,
 * which needs nothing of that client's inside.
 */
export function readMemberConfig(options: GridOptions, member: GridMember): Promise<string> {
  return requestOnce(toWireOptions(options, member), encodeMcGetMemberConfig, decodeMcGetMemberConfig);
}
