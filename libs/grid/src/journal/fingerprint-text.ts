import { type Fingerprint } from './record-identity';

const HALF = 8;

/** 16 hexadecimal digits. */
export function fingerprintText({ high, low }: Fingerprint): string {
  return hex(high) + hex(low);
}

/** Undefined for what is no fingerprint. */
export function parseFingerprint(text: string): Fingerprint | undefined {
  if (!/^[0-9a-f]{16}$/.test(text)) return undefined;
  return { high: parseInt(text.slice(0, HALF), 16) | 0, low: parseInt(text.slice(HALF), 16) | 0 };
}

function hex(half: number): string {
  return (half >>> 0).toString(16).padStart(HALF, '0');
}
