/** `npm run chaos -- judge <history.jsonl>`: judges a recorded run again, after a change of the checker. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { HistoryChecker } from '../history/history-checker';
import { type HistoryEvent } from '../history/history-event';
import { expectedScore } from '../workload/example-rows';
import { summaryLine } from './chaos-run';

/** One checker per stream; what belongs to none concerns all. */
class Judge {
  readonly missing: string[] = [];
  private readonly checkers = new Map<string, HistoryChecker>();

  accept(event: HistoryEvent): void {
    if (event.stream === undefined) return this.checkers.forEach((checker) => checker.accept(event));
    const checker = this.checkerOf(event.stream);
    checker.accept(event);
    if (event.type === 'final') this.missing.push(...checker.missingOf([event]));
  }

  wrong(): string[] {
    return [...this.checkers].flatMap(([stream, { wrong }]) => wrong.map((what) => `${stream}: ${what}`));
  }

  summary() {
    const counts = [...this.checkers.values()].map((checker) => checker.counts);
    return {
      acknowledged: counts.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
      unknown: counts.reduce((sum, { unknown }) => sum + unknown, 0),
      faults: counts[0]?.faults ?? 0,
      missing: this.missing.length,
      wrong: this.wrong().length,
    };
  }

  private checkerOf(stream: string): HistoryChecker {
    let checker = this.checkers.get(stream);
    if (!checker) this.checkers.set(stream, (checker = new HistoryChecker(expectedScore)));
    return checker;
  }
}

async function main(path: string | undefined): Promise<void> {
  if (path === undefined) throw new Error('npm run chaos -- judge <history.jsonl>');
  const judge = new Judge();
  for await (const line of createInterface({ input: createReadStream(path) })) {
    judge.accept(JSON.parse(line) as HistoryEvent);
  }
  for (const what of [...judge.missing, ...judge.wrong()].slice(0, 20)) process.stdout.write(`  ${what}\n`);
  process.stdout.write(`${summaryLine(judge.summary())}\n`);
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
