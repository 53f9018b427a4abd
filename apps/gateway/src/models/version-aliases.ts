import { type Deployment, usesOf, type VersionRole } from '@nearscore/registry';

const ALIASES = ['live', 'candidate', 'previous'] as const satisfies readonly VersionRole[];
type Alias = (typeof ALIASES)[number];

/** The streams, by name, for which a version is what it is called. */
export type AliasesView = Readonly<Record<Alias, readonly string[]>>;

/** What the versions of a model are called, by stream. */
export type ModelAliasesView = Readonly<Record<Alias, Readonly<Record<string, number>>>>;

/** What versions are to streams: what the deployments say now, and nothing that is stored with a version. */
export class VersionAliases {
  private readonly uses;

  /** @param deployments of all streams */
  constructor(deployments: readonly Deployment[]) {
    this.uses = deployments.flatMap(usesOf).sort((a, b) => (a.stream < b.stream ? -1 : 1));
  }

  ofVersion(model: string, version: number): AliasesView {
    const uses = this.uses.filter((use) => use.model === model && use.version === version);
    const streams = ALIASES.map((alias) => [
      alias,
      uses.filter(({ role }) => role === alias).map(({ stream }) => stream),
    ]);
    return Object.fromEntries(streams) as AliasesView;
  }

  ofModel(model: string): ModelAliasesView {
    const uses = this.uses.filter((use) => use.model === model);
    const versions = ALIASES.map((alias) => {
      const named = uses.filter(({ role }) => role === alias);
      return [alias, Object.fromEntries(named.map(({ stream, version }) => [stream, version]))];
    });
    return Object.fromEntries(versions) as ModelAliasesView;
  }
}
