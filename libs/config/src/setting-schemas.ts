import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A whole number written in decimal digits; `1e3`, `0x10`, `12.0` and ` ` are refused. */
export function integer(min: number, max: number): z.ZodType<number, string> {
  const message = `expected a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}

export function oneOf<const T extends string>(...choices: T[]): z.ZodType<T, string> {
  return z
    .string()
    .refine((text) => (choices as string[]).includes(text), `expected one of ${choices.join(', ')}`)
    .transform((text) => text as T);
}

export function text(pattern: RegExp, expectation: string): z.ZodType<string, string> {
  return z.string().regex(pattern, `expected ${expectation}`);
}

export function optional<T>(schema: z.ZodType<T, string>): z.ZodType<T | undefined, string> {
  return z.string().transform((value, context) => {
    if (value === '') return undefined;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) context.addIssue({ code: 'custom', message: issue.message });
    return z.NEVER;
  });
}

/** `host:port` members separated by commas. */
export const addresses: z.ZodType<readonly string[], string> = z.string().transform((value, context) => {
  const parts = value.split(',').map((part) => part.trim());
  if (!parts.every(isAddress)) {
    context.addIssue({ code: 'custom', message: 'expected host:port addresses separated by commas' });
  }
  return Object.freeze(parts);
});

/** Origins as browsers send them, separated by commas; '' = none. */
export const origins: z.ZodType<readonly string[], string> = z.string().transform((value, context) => {
  const parts = value === '' ? [] : value.split(',').map((part) => part.trim());
  if (!parts.every(isOrigin)) {
    context.addIssue({ code: 'custom', message: 'expected origins like https://app.example.com separated by commas' });
  }
  return Object.freeze(parts);
});

/** The text of a PEM file, given its path. Only the reason of a failed read is told. */
export const pemFile: z.ZodType<string, string> = z.string().transform((path, context) => {
  try {
    const pem = readFileSync(path, 'utf8');
    if (pem.includes('-----BEGIN ')) return pem;
    context.addIssue({ code: 'custom', message: 'expected the path of a PEM file' });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    context.addIssue({ code: 'custom', message: `expected the path of a readable PEM file (${reason})` });
  }
  return z.NEVER;
});

/** `5`, or `5,fraud=10`: a number for all, and others for the streams named. */
export function perStream(min: number, max: number): z.ZodType<PerStream, string> {
  const message = `expected a whole number from ${min} to ${max}, and after it stream=number, separated by commas`;
  return z.string().transform((value, context) => {
    const [all = '', ...named] = value.split(',').map((part) => part.trim());
    const streams = named.map((part) => /^([a-z0-9][a-z0-9._-]{0,63})=(\d{1,15})$/.exec(part));
    const counts = [/^\d{1,15}$/.test(all) ? Number(all) : NaN, ...streams.map((match) => Number(match?.[2]))];
    if (!counts.every((count) => count >= min && count <= max)) context.addIssue({ code: 'custom', message });
    return { default: Number(all), streams: new Map(streams.map((match) => [match?.[1] ?? '', Number(match?.[2])])) };
  });
}

export interface PerStream {
  readonly default: number;
  readonly streams: ReadonlyMap<string, number>;
}

export const redisUrl: z.ZodType<string, string> = z
  .string()
  .refine((value) => /^rediss?:$/.test(protocolOf(value)), 'expected a redis:// or rediss:// URL');

export const httpUrl: z.ZodType<string, string> = z
  .string()
  .refine((value) => /^https?:$/.test(protocolOf(value)), 'expected an http:// or https:// URL');

/** host:port, or the uuid of a member. */
export const memberName: z.ZodType<string, string> = z
  .string()
  .refine((value) => isAddress(value) || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value), {
    message: 'expected host:port or the uuid of a member',
  });

function isAddress(value: string): boolean {
  const match = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})$/.exec(value);
  const port = Number(match?.[2]);
  return port >= 1 && port <= 65535;
}

function isOrigin(value: string): boolean {
  return /^https?:$/.test(protocolOf(value)) && new URL(value).origin === value;
}

function protocolOf(value: string): string {
  try {
    return new URL(value).protocol;
  } catch {
    return '';
  }
}
