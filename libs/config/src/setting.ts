import { type z } from 'zod';
import { ConfigError, type ConfigIssue } from './config.errors';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One environment variable: how it is documented and how its text becomes a value. */
export interface Setting<T> {
  readonly name: string;
  /** What an unset or empty variable stands for, written as one would write it; '' = nothing. */
  readonly default: string;
  /** How docs show a default that depends on the machine. */
  readonly derived?: string;
  /** 'ms', 'bytes', 'count', '' … */
  readonly unit: string;
  readonly meaning: string;
  /** A secret's value never appears in an error, a log line or `describeSettings`. */
  readonly secret?: boolean;
  readonly schema: z.ZodType<T, string>;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;
export type SettingValues<S extends Settings> = { [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/** What one variable demands of another. */
export type SettingRule = (env: Environment) => ConfigIssue[];

/** Parses every variable of `settings`; throws one ConfigError that names all that are wrong. */
export function readSettings<S extends Settings>(
  settings: S,
  rules: SettingRule[],
  env: Environment,
): SettingValues<S> {
  const values: Record<string, unknown> = {};
  const issues = rules.flatMap((rule) => rule(env));
  for (const [key, setting] of Object.entries(settings)) {
    const parsed = setting.schema.safeParse(textOf(setting, env));
    if (parsed.success) values[key] = parsed.data;
    else issues.push({ name: setting.name, message: faultOf(setting, env, parsed.error) });
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return values as SettingValues<S>;
}

/** The value that is in force, for rules; undefined when the text is not one. */
export function valueOf<T>(setting: Setting<T>, env: Environment): T | undefined {
  return setting.schema.safeParse(textOf(setting, env)).data;
}

/** Name → text as it is in force, secrets as '***'. For the one log line at start. */
export function describeSettings(settings: Settings, env: Environment): Record<string, string> {
  const shown = Object.values(settings).map((setting) => {
    const text = textOf(setting, env);
    return [setting.name, setting.secret && text !== '' ? '***' : text] as const;
  });
  return Object.fromEntries(shown);
}

function textOf(setting: Setting<unknown>, env: Environment): string {
  return env[setting.name]?.trim() || setting.default;
}

function faultOf(setting: Setting<unknown>, env: Environment, error: z.ZodError): string {
  const expectation = error.issues.map((issue) => issue.message).join(', ');
  return setting.secret ? expectation : `${expectation}, not "${textOf(setting, env)}"`;
}
