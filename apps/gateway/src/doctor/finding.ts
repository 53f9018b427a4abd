/** ok: as it should be. warn: it works, but not for long or not well. fail: something is lost, refused or not done. */
export type FindingStatus = 'ok' | 'warn' | 'fail';

/** One thing that was looked at. */
export interface Finding {
  /** What kind of thing: `journal`, `redis`, `clock` … */
  readonly check: string;
  /** Of what: a stream, a node, a member; null: of the cluster. */
  readonly subject: string | null;
  readonly status: FindingStatus;
  readonly message: string;
  /** What to do; null: nothing. */
  readonly advice: string | null;
}

export interface DoctorReport {
  /** The worst of all findings. */
  readonly status: FindingStatus;
  /** Of the gateway that looked. */
  readonly softwareVersion: string;
  /** ISO 8601 */
  readonly checkedAt: string;
  readonly findings: readonly Finding[];
}

type Subject = string | null;

export function fine(check: string, subject: Subject, message: string): Finding {
  return { check, subject, status: 'ok', message, advice: null };
}

export function doubtful(check: string, subject: Subject, message: string, advice: string): Finding {
  return { check, subject, status: 'warn', message, advice };
}

export function broken(check: string, subject: Subject, message: string, advice: string): Finding {
  return { check, subject, status: 'fail', message, advice };
}

/** `1 member`, `3 members` */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

export function worstOf(findings: readonly Finding[]): FindingStatus {
  const statuses = new Set(findings.map(({ status }) => status));
  if (statuses.has('fail')) return 'fail';
  return statuses.has('warn') ? 'warn' : 'ok';
}
