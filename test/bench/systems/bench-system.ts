import { type LoadTarget, type RecordForm } from '../load/load-messages';

export const SYSTEMS = [
  'ingest-only',
  'nearscore',
  'jet',
  'redis-streams',
  'kafka-consumer',
  'remote',
  'listener',
] as const;
export type SystemName = (typeof SYSTEMS)[number];

/** A system that runs, from outside. */
export interface BenchSystem {
  readonly name: SystemName;
  /** Pids of its server processes: what a record costs is what these use. */
  readonly processes: Readonly<Record<string, number>>;
  /** The process through which all its data goes. */
  readonly store: number;
  readonly target: LoadTarget;
  readonly forms: readonly RecordForm[];
  /** It is not asked for more records/s than this: it could not keep up. */
  readonly maxRate?: number;
}

export function isSystemName(name: string): name is SystemName {
  return (SYSTEMS as readonly string[]).includes(name);
}
