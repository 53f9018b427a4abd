import { SOFTWARE_VERSION } from '@nearscore/config';
import { askDoctor, type DoctorReport, type FindingView } from '../gateway/doctor.api';
import { cell } from '../output/text';
import { EXIT, type ExitCode } from '../program/exit-codes';
import { type Session } from '../program/session';

interface DoctorOptions {
  /** End with 1 for a warning, too. */
  readonly strict?: boolean;
  /** Leave out what is as it should be. */
  readonly quiet?: boolean;
}

/** `nearscore doctor` */
export async function doctor(
  { client, out, notes }: Session,
  _args: readonly string[],
  { strict, quiet }: DoctorOptions,
): Promise<ExitCode> {
  notes.status('looking at settings, nodes, models and clocks');
  const told = await askDoctor(client).finally(() => notes.clear());
  const report = withOwnVersion(told);
  const shown = report.findings.filter(({ status }) => !quiet || status !== 'ok');
  out.show(report, () => [
    ...shown.flatMap((finding) => findingLines(finding, out.isTTY)),
    ...summary(report, out.isTTY),
  ]);
  if (report.status === 'fail') return EXIT.failed;
  return strict && report.status === 'warn' ? EXIT.failed : EXIT.ok;
}

/** The gateway does not know what asks it. */
export function withOwnVersion(report: DoctorReport): DoctorReport {
  if (report.softwareVersion === SOFTWARE_VERSION) return report;
  const finding: FindingView = {
    ...{ check: 'versions', subject: 'nearscore', status: 'warn' },
    message: `this command is ${SOFTWARE_VERSION}, the gateway ${report.softwareVersion}`,
    advice: "Use the command of the gateway's version.",
  };
  const status = report.status === 'ok' ? 'warn' : report.status;
  return { ...report, status, findings: [...report.findings, finding] };
}

function findingLines({ status, check, subject, message, advice }: FindingView, isTTY: boolean): string[] {
  const values = [status.toUpperCase(), check, subject, message].map(cell);
  if (!isTTY) return [[...values, cell(advice)].join('\t')];
  const [mark = '', kind = '', whose = '', what = ''] = values;
  const line = `${mark.padEnd(4)}  ${kind.padEnd(10)}  ${subject === null ? '' : `${whose}: `}${what}`;
  return advice === null ? [line] : [line, `      → ${cell(advice)}`];
}

function summary({ findings }: DoctorReport, isTTY: boolean): string[] {
  if (!isTTY) return [];
  const count = (status: FindingView['status']): number => findings.filter((one) => one.status === status).length;
  return ['', `${count('ok')} OK, ${count('warn')} WARN, ${count('fail')} FAIL`];
}
