import { type GridMember } from '@nearscore/grid';
import { type SeenNode } from '../nodes/node-sightings';
import { broken, counted, doubtful, fine, type Finding } from './finding';

const ONE_SOFTWARE = 'Bring all of them to one version; during a rolling update this passes.';
/** Above it the times of predictions and retries are wrong by as much as people notice. */
const DOUBTFUL_SKEW_MS = 1_000;
/** Above it retries come minutes too early or too late. */
const BROKEN_SKEW_MS = 60_000;

/** Whether nodes are there and take part. */
export function nodeFindings(nodes: readonly SeenNode[]): Finding[] {
  const working = nodes.filter(({ living, entry }) => living && entry.ready && entry.serving);
  if (working.length === 0) {
    return [
      broken(
        'nodes',
        null,
        `none of ${counted(nodes.length, 'known node')} is ready`,
        'Start inference nodes, or look into their logs.',
      ),
    ];
  }
  const others = nodes.filter((node) => !working.includes(node));
  return [fine('nodes', null, `${working.length} ready`), ...others.map(idleFinding)];
}

function idleFinding({ entry: { id, serving }, living }: SeenNode): Finding {
  if (!living) {
    const advice = 'Is it running? Its entry goes by itself when it does not come back.';
    return doubtful('nodes', id, 'says nothing any more', advice);
  }
  const state = serving ? 'serves, but is not ready' : 'serves nothing';
  return doubtful('nodes', id, state, 'It is starting, stopping, or cannot load what is deployed: its log says which.');
}

/** Whether one software runs everywhere, on members that are known to work. */
export function versionFindings(own: string, nodes: readonly SeenNode[], members: readonly GridMember[]): Finding[] {
  const other = nodes.filter(({ living, entry }) => living && entry.softwareVersion !== own);
  const versions = [...new Set(members.map(({ version }) => version))].sort();
  return [
    ...(other.length === 0 ? [fine('versions', null, `gateway and nodes are ${own}`)] : []),
    ...other.map(({ entry: { id, softwareVersion } }) =>
      doubtful('versions', id, `is ${softwareVersion}, the gateway ${own}`, ONE_SOFTWARE),
    ),
    memberFinding(versions, members.length),
  ];
}

function memberFinding(versions: readonly string[], count: number): Finding {
  const message = `${counted(count, 'member')} of Hazelcast ${versions.join(', ')}`;
  const unknown = versions.filter((version) => !/^5\.([7-9]|\d\d)\./.test(version));
  if (unknown.length > 0) {
    return doubtful(
      'versions',
      null,
      `${message}: nothing is known of ${unknown.join(', ')}`,
      'Members are tested as 5.7.',
    );
  }
  return versions.length === 1 ? fine('versions', null, message) : doubtful('versions', null, message, ONE_SOFTWARE);
}

/** @param skews ms that each node's clock is ahead of the gateway's; undefined: it has not beaten meanwhile */
export function clockFindings(skews: ReadonlyMap<string, number | undefined>): Finding[] {
  return [...skews].map(([id, skewMs]) => {
    if (skewMs === undefined) return doubtful('clock', id, 'told no time while it was asked', 'Look again.');
    const message = `${Math.abs(Math.round(skewMs))} ms ${skewMs < 0 ? 'behind' : 'ahead of'} the gateway's clock`;
    const amount = Math.abs(skewMs);
    if (amount < DOUBTFUL_SKEW_MS) return fine('clock', id, message);
    return (amount < BROKEN_SKEW_MS ? doubtful : broken)(
      'clock',
      id,
      message,
      'Set the clocks by NTP on both machines.',
    );
  });
}
