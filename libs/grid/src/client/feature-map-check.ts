import { messageOf } from '@nearscore/errors';
import { FeatureMapSettingsError, GridOperationError, GridUnavailableError } from '../grid.errors';
import { type GridMember } from './grid';
import { findMapSettings, type MapSettings } from './map-settings';

/** The part of a Grid that the check needs. */
export interface ConfiguredMembers {
  members(): readonly GridMember[];
  memberConfig(member: GridMember): Promise<string>;
}

/**
 * Refuses a feature map from which records could vanish unseen: FeatureMapSettingsError names the setting.
 *
 * Every member is asked for the configuration that it runs with: the one place that tells the journal's time-to-live, and
 * asking writes nothing. (A probe entry would show time-to-live and max-idle, but would be an event that is scored.)
 * GridUnavailableError when there is no member; GridOperationError when one does not tell.
 */
export async function checkFeatureMap(grid: ConfiguredMembers, name: string): Promise<void> {
  const members = grid.members();
  if (members.length === 0) throw new GridUnavailableError(`Map ${name} cannot be checked: no member is known.`);
  for (const member of members) {
    const fault = featureMapFault(await settingsOf(grid, member, name));
    if (fault) throw new FeatureMapSettingsError(name, fault.setting, fault.problem);
  }
}

async function settingsOf(grid: ConfiguredMembers, member: GridMember, name: string): Promise<MapSettings> {
  const config = await grid.memberConfig(member);
  try {
    return findMapSettings(config, name);
  } catch (error) {
    const reason = `member ${member.host}:${member.port} does not tell its settings: ${messageOf(error)}`;
    throw new GridOperationError(name, 'checkFeatureMap', reason, error);
  }
}

/** Of a map's settings, and what is wrong with it. */
export interface SettingFault {
  readonly setting: string;
  readonly problem: string;
}

/** Why records could vanish from a feature map unseen; undefined: they cannot. */
export function featureMapFault(settings: MapSettings): SettingFault | undefined {
  if (!settings.journal) return { setting: 'event-journal', problem: 'is not enabled: no change would be seen.' };
  if (settings.journalTtlSeconds > 0) {
    return { setting: 'event-journal.time-to-live-seconds', problem: 'must be 0: unread changes would expire.' };
  }
  return vanishingFault(settings);
}

/** Why entries could vanish from a map by themselves; undefined: they cannot. */
export function vanishingFault({ ttlSeconds, maxIdleSeconds, evictionPolicy }: MapSettings): SettingFault | undefined {
  if (ttlSeconds > 0) return { setting: 'time-to-live-seconds', problem: 'must be 0: records would expire.' };
  if (maxIdleSeconds > 0) {
    return { setting: 'max-idle-seconds', problem: 'must be 0: records that are not read would expire.' };
  }
  if (evictionPolicy === 'NONE') return undefined;
  return { setting: 'eviction.eviction-policy', problem: 'must be NONE: records would be evicted.' };
}
