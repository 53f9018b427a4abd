import { escapedXml } from '../../fixtures/xml-text';
import { type ChaosLog, type ProcessSpan } from './chaos-log';

const WIDTH = 1_400;
const LEFT = 90;
const RIGHT = 20;
const TOP = 40;
const ROW = 18;
const BAR = 12;
const CURVE_HEIGHT = 120;
const COLOURS = { up: '#7fb77e', paused: '#f0b429', down: '#d64545' } as const;

/** What happened as an SVG: a bar per process, a mark per fault, and how old the oldest unscored record was. */
export function timelineSvg(log: ChaosLog, title: string): string {
  const processes = [...new Set(log.spans.map(({ process }) => process))].sort();
  const curveTop = TOP + processes.length * ROW + 30;
  const height = curveTop + CURVE_HEIGHT + 40;
  const x = (at: number): number => LEFT + (at / Math.max(1, log.endedAt)) * (WIDTH - LEFT - RIGHT);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="20" font-size="13">${escapedXml(title)}</text>`,
    ...faultMarks(log, x, curveTop + CURVE_HEIGHT),
    ...processes.flatMap((process, row) => processBars(log, process, TOP + row * ROW, x)),
    ...unscoredCurve(log, x, curveTop),
    ...timeAxis(log.endedAt, x, curveTop + CURVE_HEIGHT),
    '</svg>',
    '',
  ].join('\n');
}

function processBars(log: ChaosLog, process: string, y: number, x: (at: number) => number): string[] {
  const spans = log.spans.filter((span) => span.process === process);
  const bars = spans.map((span, index) => bar(span, spans[index + 1]?.from ?? log.endedAt, y, x));
  return [`<text x="${LEFT - 8}" y="${y + 10}" text-anchor="end">${escapedXml(process)}</text>`, ...bars];
}

function bar({ state, from }: ProcessSpan, to: number, y: number, x: (at: number) => number): string {
  const width = Math.max(1, x(to) - x(from));
  return `<rect x="${fixed(x(from))}" y="${y}" width="${fixed(width)}" height="${BAR}" fill="${COLOURS[state]}"/>`;
}

function faultMarks(log: ChaosLog, x: (at: number) => number, bottom: number): string[] {
  return log.faults.map(({ name, from, to }, index) => {
    const width = Math.max(1, x(to ?? log.endedAt) - x(from));
    const area = `x="${fixed(x(from))}" y="${TOP - 6}" width="${fixed(width)}" height="${bottom - TOP + 6}"`;
    const mark = `<rect ${area} fill="#d9e2ec" opacity="0.6"/>`;
    const number = `<text x="${fixed(x(from))}" y="${TOP - 8}" font-size="9">${index + 1}</text>`;
    return `<g><title>${index + 1}. ${escapedXml(name)}</title>${mark}${number}</g>`;
  });
}

function unscoredCurve(log: ChaosLog, x: (at: number) => number, top: number): string[] {
  const highest = Math.max(1_000, ...log.samples.map(({ oldestMs }) => oldestMs));
  const y = (ms: number): number => top + CURVE_HEIGHT - (ms / highest) * CURVE_HEIGHT;
  const points = log.samples.map(({ at, oldestMs }) => `${fixed(x(at))},${fixed(y(oldestMs))}`).join(' ');
  return [
    `<text x="${LEFT}" y="${top - 6}">oldest unscored record, up to ${(highest / 1_000).toFixed(1)} s</text>`,
    `<polyline points="${points}" fill="none" stroke="#334e68" stroke-width="1"/>`,
    `<line x1="${LEFT}" y1="${y(0)}" x2="${WIDTH - RIGHT}" y2="${y(0)}" stroke="#9fb3c8"/>`,
  ];
}

function timeAxis(endedAt: number, x: (at: number) => number, y: number): string[] {
  const minutes = Math.floor(endedAt / 60_000);
  return Array.from({ length: minutes + 1 }, (_, minute) => minute).map(
    (minute) => `<text x="${fixed(x(minute * 60_000))}" y="${y + 16}" text-anchor="middle">${minute} min</text>`,
  );
}

function fixed(value: number): string {
  return value.toFixed(1);
}
