import { appCommand, freePort, type ManagedProcess } from '@nearscore/local-cluster';
import { logPath } from './log-path';
import { type MemberAddress } from './member';
import { type StageProcesses } from './stage-processes';

export interface NodeOptions {
  /** Of its log. */
  readonly name?: string;
  readonly nodeFlags?: readonly string[];
  readonly lanes?: number;
  /** Of its health; default: any free one. */
  readonly port?: number;
  /** host:port of all members, when there are more than its own. */
  readonly gridMembers?: readonly string[];
}

/** A node beside a member, of one lane if nothing else is asked for; ready when it is live. */
export async function startNode(
  processes: StageProcesses,
  member: MemberAddress,
  { name = 'node', nodeFlags = [], gridMembers = [member.address], lanes = 1, port: wanted }: NodeOptions,
): Promise<ManagedProcess> {
  const port = wanted ?? (await freePort());
  const env = {
    NEARSCORE_GRID_MEMBERS: gridMembers.join(','),
    NEARSCORE_GRID_CLUSTER: member.clusterName,
    NEARSCORE_NODE_MEMBER: member.address,
    NEARSCORE_NODE_PORT: String(port),
    NEARSCORE_LANES: String(lanes),
  };
  const spec = { name: `bench-${name}`, app: 'inference-node', port, env, logPath: logPath(name), nodeFlags } as const;
  return processes.start(appCommand(spec));
}
