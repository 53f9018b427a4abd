import { thisMachine, versionsInUse } from '../machine/machine';
import { type BenchRow, type IdleRow } from './bench-row';
import { doubtsAbout } from './doubts';
import { print } from './print';
import { progressLine } from './progress-line';
import { type BenchResults } from './results-file';

/** Collects what is measured, and says it as it comes. */
export class Results {
  private readonly startedAt = new Date().toISOString();
  private readonly rows: BenchRow[] = [];
  private readonly idle: IdleRow[] = [];

  add(row: BenchRow): void {
    this.rows.push(row);
    print(progressLine(row));
  }

  addIdle(row: IdleRow): void {
    this.idle.push(row);
  }

  async summary(): Promise<BenchResults> {
    const { rows, idle, startedAt } = this;
    const versions = await versionsInUse();
    return { machine: thisMachine(), versions, startedAt, doubts: doubtsAbout(rows), rows, idle };
  }
}
