import { type Fingerprint } from './record-identity';

/** More are forgotten, oldest first; an audit then only scores them again in vain. */
const MAX_KEYS = 10_000;

/** The records of a partition that could not be scored, so that nobody takes them for forgotten ones. */
export class ParkedKeys {
  private readonly fingerprints = new Map<string, Fingerprint>();

  add(key: string, fingerprint: Fingerprint): void {
    this.fingerprints.delete(key);
    this.fingerprints.set(key, fingerprint);
    if (this.fingerprints.size <= MAX_KEYS) return;
    for (const oldest of this.fingerprints.keys()) {
      this.fingerprints.delete(oldest);
      return;
    }
  }

  /** Whether this very record was parked. */
  has(key: string, { high, low }: Fingerprint): boolean {
    const parked = this.fingerprints.get(key);
    return parked?.high === high && parked.low === low;
  }

  /** Whether some record of the key was. */
  hasKey(key: string): boolean {
    return this.fingerprints.has(key);
  }
}
