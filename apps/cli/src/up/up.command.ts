import { NearscoreClient } from '@nearscore/client';
import { exampleModel, LocalCluster } from '@nearscore/local-cluster';
import { deployExample, scoreExample } from '../examples/example-run';
import { type ScoreSummary } from '../examples/score-summary';
import { isReady, reachesGrid } from '../gateway/deployments.api';
import { eventLine } from '../terminal/event-line';
import { countOf, type Terminal } from '../terminal/terminal';
import { nextSteps } from './next-steps';
import { type UpArguments } from './up.arguments';
import { type WaitOptions, waitUntil } from './wait-until';

const READY_TIMEOUT_MS = 60_000;

/** `nearscore up`: resolves when `signal` has ended it and everything is stopped. */
export async function runUp(args: UpArguments, terminal: Terminal, signals: UpSignals): Promise<void> {
  const cluster = new LocalCluster({ config: args.config, report: (event) => terminal.line(eventLine(event)) });
  signals.stop.addEventListener('abort', () => void cluster.stop());
  signals.kill.addEventListener('abort', () => cluster.kill());
  try {
    await cluster.start();
    if (args.examples) await runExamples(cluster, terminal, signals.stop);
    if (!args.once) await keepRunning(cluster, args, terminal, signals.stop);
  } catch (error) {
    // What fails because everything is being stopped is no failure.
    if (!signals.stop.aborted) throw error;
  } finally {
    await cluster.stop();
  }
}

export interface UpSignals {
  /** Stop in order. */
  readonly stop: AbortSignal;
  /** Stop at once. */
  readonly kill: AbortSignal;
}

async function runExamples(cluster: LocalCluster, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const client = new NearscoreClient({ baseUrl: cluster.gatewayUrl });
  const phishing = exampleModel('phishing');
  const wait = (what: string): WaitOptions => ({ what, timeoutMs: READY_TIMEOUT_MS, signal });
  // It is live before it has found the grid.
  await waitUntil(() => reachesGrid(client), wait('finding the grid'));
  const version = await deployExample(client, phishing);
  const other = await deployExample(client, exampleModel('breast-cancer'));
  terminal.line(`  deployed  phishing version ${version}, breast-cancer version ${other}`);
  await waitUntil(() => isReady(client), wait('getting ready'));
  const summary = await scoreExample(client, phishing, version, { progress: terminal.progress, signal });
  terminal.line();
  for (const line of summaryLines(summary, version)) terminal.line(line);
}

function summaryLines({ records, scored, accuracy, largestDifference }: ScoreSummary, version: number): string[] {
  return [
    `${countOf(scored, records)} phishing records scored by version ${version}`,
    `  accuracy against what was observed    ${accuracy.toFixed(4)}`,
    `  largest difference to scikit-learn    ${largestDifference.toExponential(1)}`,
  ];
}

async function keepRunning(
  cluster: LocalCluster,
  args: UpArguments,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const steps = nextSteps(cluster, args.config.gridCluster, args.examples);
  for (const line of ['', ...steps, '', 'Ctrl-C stops everything.']) terminal.line(line);
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
