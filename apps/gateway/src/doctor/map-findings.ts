import { featureMapFault, findMapSettings, type MapSettings, type SettingFault, vanishingFault } from '@nearscore/grid';
import { messageOf } from '@nearscore/errors';
import { type Deployment, REGISTRY_MAPS } from '@nearscore/registry';
import { broken, doubtful, fine, type Finding } from './finding';

const ADVICE =
  "Change it in the members' configuration as deploy/hazelcast.yaml has it, and start them again one by one.";

/** What a member runs with. */
export interface MemberConfiguration {
  /** host:port */
  readonly address: string;
  /** XML, or why it cannot be had. */
  readonly config: string | Error;
}

/** Whether every member is set up so that nothing of the streams, or of the cluster's own state, can vanish. */
export function mapFindings(members: readonly MemberConfiguration[], deployments: readonly Deployment[]): Finding[] {
  const readable = members.filter((member): member is Configured => typeof member.config === 'string');
  const silent = members.filter(({ config }) => config instanceof Error);
  return [
    ...silent.map(({ address, config }) => {
      const message = `${address} does not tell its configuration: ${messageOf(config)}`;
      return doubtful(
        'maps',
        null,
        message,
        'Its maps could not be looked at: is the member running, and reachable from here?',
      );
    }),
    ...deployments.flatMap((deployment) => streamMaps(readable, deployment)),
    ...registryMaps(readable),
  ];
}

type Configured = MemberConfiguration & { readonly config: string };

/** What a setting may be, told once for all members that have it so. */
type Rule = (settings: MapSettings) => SettingFault | undefined;

/** What works as long as no member dies, or nobody listens. */
interface Doubt {
  readonly applies: (settings: MapSettings) => boolean;
  readonly problem: string;
  readonly consequence: string;
}

/** Without a journal nobody can go on from where he was. */
const UNHEARD: Doubt = {
  applies: ({ journal }) => !journal,
  problem: 'no event journal',
  consequence: 'nobody can listen to predictions',
};

const UNSAVED: Doubt = {
  applies: ({ backupCount }) => backupCount === 0,
  problem: 'backup-count is 0',
  consequence: 'what a member holds is lost with it',
};

function streamMaps(members: readonly Configured[], { stream, featureMap, predictionMap }: Deployment): Finding[] {
  const found = [
    ...faultsOf(members, stream, featureMap, featureMapFault),
    ...faultsOf(members, stream, predictionMap, vanishingFault),
    ...doubtsOf(members, stream, predictionMap, UNHEARD),
    ...[featureMap, predictionMap].flatMap((map) => doubtsOf(members, stream, map, UNSAVED)),
  ];
  if (found.length > 0 || members.length === 0) return found;
  const { journalCapacity } = findMapSettings(members[0]?.config ?? '', featureMap);
  const capacity = journalCapacity === null ? 'unknown' : journalCapacity.toLocaleString('en-US');
  return [
    fine('journal', stream, `${featureMap} and ${predictionMap} keep all; capacity of the journal ${capacity} changes`),
  ];
}

function faultsOf(members: readonly Configured[], stream: string | null, map: string, rule: Rule): Finding[] {
  const texts = members.flatMap(({ address, config }) => {
    const fault = faultIn(config, map, rule);
    return fault ? [{ address, text: `${fault.setting} ${fault.problem}` }] : [];
  });
  return [...grouped(texts)].map(([text, addresses]) =>
    broken(checkOf(stream), stream, `${map}: ${text} (${addresses.join(', ')})`, ADVICE),
  );
}

function faultIn(config: string, map: string, rule: Rule): SettingFault | undefined {
  try {
    return rule(findMapSettings(config, map));
  } catch (error) {
    return { setting: 'its configuration', problem: `is not what is read here: ${messageOf(error)}.` };
  }
}

function doubtsOf(members: readonly Configured[], stream: string | null, map: string, doubt: Doubt): Finding[] {
  const doubted = members.filter(({ config }) => isDoubtful(config, map, doubt)).map(({ address }) => address);
  if (doubted.length === 0) return [];
  const message = `${map}: ${doubt.problem} (${doubted.join(', ')}): ${doubt.consequence}`;
  return [doubtful(checkOf(stream), stream, message, ADVICE)];
}

/** Also where its configuration is not what is read here. */
function isDoubtful(config: string, map: string, { applies }: Doubt): boolean {
  try {
    return applies(findMapSettings(config, map));
  } catch {
    return true;
  }
}

function registryMaps(members: readonly Configured[]): Finding[] {
  const maps = Object.values(REGISTRY_MAPS);
  const found = maps.flatMap((map) => [
    ...faultsOf(members, null, map, vanishingFault),
    ...doubtsOf(members, null, map, UNSAVED),
  ]);
  if (found.length > 0 || members.length === 0) return found;
  return [fine('maps', null, 'nearscore.*: models, deployments, rollouts and parked records are kept')];
}

function checkOf(stream: string | null): string {
  return stream === null ? 'maps' : 'journal';
}

function grouped(texts: readonly { readonly address: string; readonly text: string }[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { address, text } of texts) groups.set(text, [...(groups.get(text) ?? []), address]);
  return groups;
}
