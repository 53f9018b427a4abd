import { thisMachine, versionsInUse } from '../machine/machine';
import { type StartRow } from '../start/start-row';
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
  private readonly starts: StartRow[] = [];

  add(row: BenchRow): void {
    this.rows.push(row);
    print(progressLine(row));
  }

  addIdle(row: IdleRow): void {
    this.idle.push(row);
  }

  addStart(row: StartRow): void {
    this.starts.push(row);
    const { lanes, readyMs, rssMiB } = row;
    print(
      `    ${lanes} lanes: ready after ${readyMs.toFixed(0)} ms, ${rssMiB.ready} MiB, ${rssMiB.loaded} MiB after work`,
    );
  }

  async summary(): Promise<BenchResults> {
    const { rows, idle, starts, startedAt } = this;
    const versions = await versionsInUse();
    return { machine: thisMachine(), versions, startedAt, doubts: doubtsAbout(rows), rows, idle, starts };
  }
}
