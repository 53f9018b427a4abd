import { readFileSync } from 'node:fs';
import { projectPath } from '../project-root';

export type ExampleModelName = 'phishing' | 'breast-cancer';
export type ExampleVersion = 1 | 2 | 3;

export interface ExampleRecord {
  readonly key: string;
  /** Feature name → value, as in records.csv. */
  readonly values: Readonly<Record<string, number>>;
  /** The class that was observed. */
  readonly actual: number;
}

export interface ExampleModel {
  readonly name: ExampleModelName;
  readonly records: readonly ExampleRecord[];
  /** Record key → scikit-learn's probability of class 1 by version (to 9 decimals). */
  readonly expected: ReadonlyMap<string, Readonly<Record<ExampleVersion, number>>>;
  /** The parsed model.json: a fresh copy on every read. */
  readonly modelJson: unknown;
  onnx(version: ExampleVersion): Buffer;
}

/** One of deploy/example-models. */
export function exampleModel(name: ExampleModelName): ExampleModel {
  const read = (...parts: string[]): Buffer => readFileSync(projectPath('deploy', 'example-models', name, ...parts));
  const rows = (file: string): Row[] => parseRows(read(file).toString('utf8'));
  return {
    name,
    records: rows('records.csv').map(toRecord),
    expected: new Map(rows('expected.csv').map((row) => [row.key, toExpected(row.numbers)])),
    get modelJson() {
      return JSON.parse(read('model.json').toString('utf8')) as unknown;
    },
    onnx: (version) => read(String(version), 'model.onnx'),
  };
}

interface Row {
  readonly key: string;
  readonly numbers: Readonly<Record<string, number>>;
}

/** Key first, then numbers; the files quote nothing. */
function parseRows(csv: string): Row[] {
  const [header = '', ...lines] = csv.trimEnd().split(/\r?\n/);
  const names = header.split(',').slice(1);
  return lines.map((line) => {
    const [key = '', ...cells] = line.split(',');
    return { key, numbers: Object.fromEntries(names.map((name, index) => [name, Number(cells[index])])) };
  });
}

function toRecord({ key, numbers }: Row): ExampleRecord {
  const { actual = NaN, ...values } = numbers;
  return { key, values, actual };
}

function toExpected({
  version_1 = NaN,
  version_2 = NaN,
  version_3 = NaN,
}: Row['numbers']): Record<ExampleVersion, number> {
  return { 1: version_1, 2: version_2, 3: version_3 };
}
