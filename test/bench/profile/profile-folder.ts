import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { selfTimesOf, selfTimesTable } from './self-times';

const FUNCTIONS = 60;

/** CPU profiles of all threads of a node, and beside each a list of the functions in which its time went. */
export class ProfileFolder {
  readonly path: string;
  private fromMicros = 0;

  constructor(parent: string, partitions: number) {
    this.path = join(parent, String(partitions));
    rmSync(this.path, { recursive: true, force: true });
    mkdirSync(this.path, { recursive: true });
  }

  get nodeFlags(): string[] {
    return ['--cpu-prof', `--cpu-prof-dir=${this.path}`];
  }

  /** What comes from now on counts: the node is warm. */
  begin(): void {
    this.fromMicros = Number(process.hrtime.bigint() / 1000n);
  }

  /** To be called when the node has ended: profiles are written then. */
  report(): void {
    for (const name of readdirSync(this.path)) {
      const times = selfTimesOf(join(this.path, name), this.fromMicros);
      writeFileSync(join(this.path, `${name}.txt`), `${selfTimesTable(times, FUNCTIONS)}\n`);
    }
  }
}
