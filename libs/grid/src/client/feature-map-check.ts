import { FeatureMapSettingsError } from '../grid.errors';
import { type Grid } from './grid';

/** Refuses a feature map from which records could vanish unseen. FeatureMapSettingsError names the setting. */
export async function checkFeatureMap(_grid: Grid, name: string): Promise<void> {
  throw new FeatureMapSettingsError(name, 'event-journal', 'cannot be checked yet');
}
