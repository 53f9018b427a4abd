import { randomBytes } from 'node:crypto';

/** A map, stream, model or queue name that no other test uses: `uniqueName('fraud')` → `fraud-3f9a0c1b22`. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(5).toString('hex')}`;
}
