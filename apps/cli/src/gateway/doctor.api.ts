import { type NearscoreClient } from '@nearscore/client';

export interface FindingView {
  readonly check: string;
  /** Stream, node or version; null: of the cluster. */
  readonly subject: string | null;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly message: string;
  /** What to do; null: nothing. */
  readonly advice: string | null;
}

export interface DoctorReport {
  /** The worst of all findings. */
  readonly status: FindingView['status'];
  /** Of the gateway. */
  readonly softwareVersion: string;
  readonly checkedAt: string;
  readonly findings: readonly FindingView[];
}

/** It reads every deployed model, and waits for heartbeats. */
const TIMEOUT_MS = 60_000;

export async function askDoctor(client: NearscoreClient): Promise<DoctorReport> {
  return (await client.request({ path: '/v1/doctor', timeoutMs: TIMEOUT_MS })) as DoctorReport;
}
