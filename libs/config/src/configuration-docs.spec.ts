import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLI_SETTINGS, GATEWAY_SETTINGS, LOCAL_CLUSTER_SETTINGS, NODE_SETTINGS, type Setting } from './index';

const DOCS = join(__dirname, '../../../docs/configuration.md');

function rowOf(setting: Setting<unknown>): string {
  const preset = setting.derived ?? (setting.default === '' ? '–' : `\`${setting.default}\``);
  return `| \`${setting.name}\` | ${preset} | ${setting.unit || '–'} | ${setting.meaning} |`;
}

function rowsUnder(heading: string): string[] {
  const section = readFileSync(DOCS, 'utf8').split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section.split('\n').filter((line) => line.startsWith('| `'));
}

const squeeze = (rows: string[]): string[] => rows.map((row) => row.replace(/ +/g, ' ')).sort();

describe('docs/configuration.md', () => {
  const node = new Set<Setting<unknown>>(Object.values(NODE_SETTINGS));
  const gateway = new Set<Setting<unknown>>(Object.values(GATEWAY_SETTINGS));
  const of = (choose: (setting: Setting<unknown>) => boolean): string[] =>
    [...new Set([...node, ...gateway])].filter(choose).map(rowOf);

  it.each([
    ['Every process', of((setting) => node.has(setting) && gateway.has(setting))],
    ['Gateway', of((setting) => !node.has(setting))],
    ['Inference node', of((setting) => !gateway.has(setting))],
    ['Local cluster', Object.values(LOCAL_CLUSTER_SETTINGS).map(rowOf)],
    ['Command line', Object.values(CLI_SETTINGS).map(rowOf)],
  ])('%s: lists exactly what the code reads', (heading, expected) => {
    expect(expected.length).toBeGreaterThan(0);
    expect(squeeze(rowsUnder(heading))).toEqual(squeeze(expected));
  });
});
