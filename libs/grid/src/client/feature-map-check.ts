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
  for (const member of members) checkSettings(name, await settingsOf(grid, member, name));
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

function checkSettings(name: string, settings: MapSettings): void {
  const refuse = (setting: string, problem: string): never => {
    throw new FeatureMapSettingsError(name, setting, problem);
  };
  if (!settings.journal) refuse('event-journal', 'is not enabled: no change would be seen.');
  if (settings.journalTtlSeconds > 0)
    refuse('event-journal.time-to-live-seconds', 'must be 0: unread changes would expire.');
  if (settings.ttlSeconds > 0) refuse('time-to-live-seconds', 'must be 0: records would expire.');
  if (settings.maxIdleSeconds > 0) refuse('max-idle-seconds', 'must be 0: records that are not read would expire.');
  if (settings.evictionPolicy !== 'NONE') refuse('eviction.eviction-policy', 'must be NONE: records would be evicted.');
}
