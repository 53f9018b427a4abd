import { type CandidateReport, type GuardFigures, type Rollout, type RolloutGuards } from '@nearscore/registry';
import { type RolloutNode } from './node-progress';
import { countOf, mergeHistograms, quantileBucket, type SparseHistogram } from './sparse-histogram';
import { stabilityIndex } from './stability-index';

/** Fewer runs, or fewer compared scores, say more about chance than about a version; unless so few samples are asked for. */
const MIN_RUNS = 100;
const MIN_SCORES = 100;
const P99 = 0.99;

/** Upper bound of a bucket of run durations, in ms. */
export type DurationOfBucket = (bucket: number) => number;

export interface Verdict {
  readonly figures: GuardFigures;
  /** Whether the candidate has scored so much that a step may be judged. */
  readonly isEnough: boolean;
  /** What it does worse than it may, in words with figures. None before there is enough. */
  readonly breaches: readonly string[];
}

/** Figures of a candidate over all nodes that apply the rollout's epoch, and what its guards say of them. */
export function judge(
  rollout: Rollout,
  guards: RolloutGuards,
  nodes: readonly RolloutNode[],
  durationOf: DurationOfBucket,
): Verdict {
  const reports = reportsOf(rollout, nodes);
  const scores = scoresOf(reports, Math.min(MIN_SCORES, guards.minSamples));
  const figures = { ...figuresOf(reports, durationOf), psi: scores.psi };
  const areSamples = figures.samples >= guards.minSamples;
  const isEnough = areSamples && (guards.maxPsi === null || !scores.areTooFew);
  return { figures, isEnough, breaches: areSamples ? breachesOf(figures, guards) : [] };
}

function reportsOf({ stream, epoch, to }: Rollout, nodes: readonly RolloutNode[]): CandidateReport[] {
  const streams = nodes.flatMap(({ entry }) => entry.streams.filter((one) => one.stream === stream));
  return streams.flatMap(({ epoch: applied, candidate }) =>
    applied === epoch && candidate?.model === to.model && candidate.version === to.version ? [candidate] : [],
  );
}

function figuresOf(reports: readonly CandidateReport[], durationOf: DurationOfBucket): Omit<GuardFigures, 'psi'> {
  const sum = (of: (report: CandidateReport) => number): number => reports.reduce((all, one) => all + of(one), 0);
  const samples = sum((report) => report.samples + report.failed);
  const compared = sum((report) => report.compared.samples + report.compared.failed);
  const failed = sum((report) => report.failed);
  const liveFailed = sum((report) => report.compared.failed);
  return {
    samples,
    errorRate: samples === 0 ? null : failed / samples,
    liveErrorRate: compared === 0 ? null : liveFailed / compared,
    runP99Ms: p99Of(mergeHistograms(reports.map(({ runs }) => runs.candidate)), durationOf),
    liveRunP99Ms: p99Of(mergeHistograms(reports.map(({ runs }) => runs.live)), durationOf),
  };
}

/** areTooFew: there are scores, and more of them are worth waiting for. */
function scoresOf(reports: readonly CandidateReport[], least: number): { psi: number | null; areTooFew: boolean } {
  const live = mergeHistograms(reports.map(({ scores }) => scores.live));
  const candidate = mergeHistograms(reports.map(({ scores }) => scores.candidate));
  const liveScores = countOf(live);
  const areTooFew = liveScores > 0 && liveScores < least;
  const isJudged = liveScores >= least && countOf(candidate) >= least;
  return { psi: (isJudged ? stabilityIndex(live, candidate) : undefined) ?? null, areTooFew };
}

function p99Of(runs: SparseHistogram, durationOf: DurationOfBucket): number | null {
  const bucket = countOf(runs) < MIN_RUNS ? undefined : quantileBucket(runs, P99);
  return bucket === undefined ? null : durationOf(bucket);
}

function breachesOf(figures: GuardFigures, { maxErrorRate, maxRunP99Ratio, maxPsi }: RolloutGuards): string[] {
  const { errorRate, liveErrorRate, runP99Ms, liveRunP99Ms, psi } = figures;
  const breaches: string[] = [];
  // What fails with both versions is no fault of the candidate: until they were compared nobody knows.
  const beyond = errorRate === null || liveErrorRate === null ? 0 : errorRate - liveErrorRate;
  if (beyond > maxErrorRate) {
    breaches.push(`${percent(errorRate)} of its records failed, ${percent(liveErrorRate)} of the live version's`);
  }
  const ratio = runP99Ms === null || liveRunP99Ms === null ? 0 : runP99Ms / liveRunP99Ms;
  if (maxRunP99Ratio !== null && ratio > maxRunP99Ratio) {
    breaches.push(`p99 of a run ${runP99Ms?.toFixed(3)} ms, ${liveRunP99Ms?.toFixed(3)} ms of the live version`);
  }
  if (maxPsi !== null && psi !== null && psi > maxPsi) {
    breaches.push(`its scores are distributed otherwise: PSI ${psi.toFixed(3)}, at most ${maxPsi}`);
  }
  return breaches;
}

function percent(rate: number | null): string {
  return rate === null ? 'an unknown share' : `${(100 * rate).toFixed(2)} %`;
}
