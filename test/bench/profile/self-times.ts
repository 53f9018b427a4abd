import { readFileSync } from 'node:fs';
import { projectPath } from '@nearscore/local-cluster';

/** What a .cpuprofile holds, as far as it matters here. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  /** µs of the monotonic clock, as all times here. */
  readonly startTime: number;
  /** Node id of each sample, and µs since the sample before. */
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface SelfTime {
  /** `function file:line` */
  readonly where: string;
  readonly ms: number;
}

/** Busy time spent in each function itself from `fromMicros` of the monotonic clock on, longest first. */
export function selfTimesOf(path: string, fromMicros: number): SelfTime[] {
  const { nodes, samples, timeDeltas, startTime } = JSON.parse(readFileSync(path, 'utf8')) as CpuProfile;
  const places = new Map(nodes.map((node) => [node.id, placeOf(node.callFrame)]));
  const micros = new Map<string, number>();
  let now = startTime;
  samples.forEach((id, index) => {
    now += timeDeltas[index] ?? 0;
    const place = places.get(id) ?? '(idle)';
    if (now >= fromMicros && place !== '(idle)') micros.set(place, (micros.get(place) ?? 0) + (timeDeltas[index] ?? 0));
  });
  return [...micros].map(([where, spent]) => ({ where, ms: spent / 1000 })).sort((a, b) => b.ms - a.ms);
}

/** The first `count` of them, one per line, with their share of all. */
export function selfTimesTable(times: readonly SelfTime[], count: number): string {
  const busy = times.reduce((sum, { ms }) => sum + ms, 0);
  return times
    .slice(0, count)
    .map(({ where, ms }) => `${ms.toFixed(0).padStart(8)} ms ${((100 * ms) / busy).toFixed(1).padStart(6)} %  ${where}`)
    .join('\n');
}

function placeOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const file = url.replace('file://', '').replace(`${projectPath()}/`, '');
  return `${functionName || '(anonymous)'} ${file ? `${file}:${lineNumber + 1}` : ''}`.trim();
}
