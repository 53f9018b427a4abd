import { type Deployment } from '@nearscore/registry';

/** The streams that each model version scores. */
export interface LiveStreams {
  of(model: string, version: number): readonly string[];
}

/** @param deployments of all streams */
export function liveStreamsOf(deployments: readonly Deployment[]): LiveStreams {
  const live = new Map<string, string[]>();
  for (const deployment of deployments) {
    const key = keyOf(deployment);
    live.set(key, [...(live.get(key) ?? []), deployment.stream].sort());
  }
  return { of: (model, version) => live.get(keyOf({ model, version })) ?? [] };
}

function keyOf({ model, version }: { readonly model: string; readonly version: number }): string {
  return `${model}/${version}`;
}
