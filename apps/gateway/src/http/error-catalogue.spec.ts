import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STATUS_BY_CODE } from './error-statuses';

const ROOT = join(__dirname, '../../../..');

/** Codes as they are written where an error is made: `super('CODE'` of a leaf, `new NearscoreError('CODE'`. */
const RAISED = /(?:super|new NearscoreError)\(\s*'([A-Z][A-Z0-9_]+)'/g;
const ROW = /^\| `([A-Z0-9_]+)` +\| (\d{3}|–) +\|/gm;

function codesRaised(): Set<string> {
  const sources = sourceFiles().map((path) => readFileSync(path, 'utf8'));
  return new Set(sources.flatMap((source) => [...source.matchAll(RAISED)].map(([, code = '']) => code)));
}

function sourceFiles(): string[] {
  return ['libs', 'apps'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => /^[^/]+\/src\/.*(?<!\.spec)\.ts$/.test(path))
      .map((path) => join(ROOT, folder, path)),
  );
}

function codesDocumented(): Map<string, string> {
  const page = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
  return new Map([...page.matchAll(ROW)].map(([, code = '', status = '']) => [code, status]));
}

const sorted = (codes: Iterable<string>): string[] => [...codes].sort();

describe('docs/errors.md', () => {
  test('lists exactly the codes that the code raises', () => {
    const raised = codesRaised();
    expect(raised.size).toBeGreaterThan(50);
    expect(sorted(codesDocumented().keys())).toEqual(sorted(raised));
  });

  test('tells the status of each, as the gateway answers it', () => {
    const answered = [...codesDocumented()].filter(([, status]) => status !== '–');
    expect(Object.fromEntries(answered.map(([code, status]) => [code, Number(status)]))).toEqual(STATUS_BY_CODE);
  });
});
