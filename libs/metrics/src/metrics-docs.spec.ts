import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GATEWAY_METRICS, type MetricDefinition, NODE_METRICS } from './index';

const DOCS = join(__dirname, '../../../docs/metrics.md');

function rowOf([name, { type, labels, help }]: [string, MetricDefinition]): string {
  return `| \`${name}\` | ${type} | ${labels.join(', ') || '–'} | ${help} |`;
}

function rowsUnder(heading: string): string[] {
  const section = readFileSync(DOCS, 'utf8').split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section.split('\n').filter((line) => line.startsWith('| `'));
}

describe('docs/metrics.md', () => {
  it.each([
    ['Inference node', NODE_METRICS],
    ['Gateway', GATEWAY_METRICS],
  ])('%s: lists exactly what the code exposes', (heading, catalogue) => {
    const documented = rowsUnder(heading).map((row) => row.replace(/ +/g, ' '));
    expect(documented.sort()).toEqual(Object.entries<MetricDefinition>(catalogue).map(rowOf).sort());
  });
});
