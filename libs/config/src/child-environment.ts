import { type Environment } from './setting';

/** This process's environment with `added` over it, for a process that it starts. */
export function childEnvironment(added: Environment = {}, env: Environment = process.env): Record<string, string> {
  const entries = Object.entries({ ...env, ...added });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
