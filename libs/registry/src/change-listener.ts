import { type GridMap } from '@nearscore/grid';

/** Calls after any change of the map; best effort like every entry listener, so whoever reconciles polls as well. */
export function onMapChanged(map: GridMap<unknown>, listener: () => void): Promise<() => Promise<void>> {
  return map.listen({ added: () => listener(), updated: () => listener(), removed: () => listener() });
}
