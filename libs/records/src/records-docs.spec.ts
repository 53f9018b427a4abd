import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { completeModelConfig } from './config/model-config-completion';
import { FEATURE_KEYS, MODEL_JSON_KEYS, parseModelConfig } from './config/model-config.schema';
import { type ModelSignature } from './config/model-signature';
import { RECORD_FAILURE_CODES } from './decoding/record-failure';
import { PREDICTION_SCHEMA } from './prediction/prediction.schema';

const page = (name: string) => readFileSync(join(__dirname, '../../../docs', name), 'utf8');

/** The names in the first column of the table under a heading. */
function firstColumn(text: string, head: RegExp): string[] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => head.test(line)) + 2;
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start, end).flatMap((line) => /^\| `(\w+)`/.exec(line)?.[1] ?? []);
}

describe('docs/models.md', () => {
  const [short, long] = [...page('models.md').matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) =>
    JSON.parse(json ?? ''),
  );
  const outputs: ModelSignature['outputs'] = [
    { name: 'label', datatype: 'int64', shape: [null] },
    { name: 'probabilities', datatype: 'float32', shape: [null, 2] },
  ];

  it('shows a short model.json that is complete with its graph', () => {
    const inputs: ModelSignature['inputs'] = [{ name: 'x', datatype: 'float32', shape: [null, 3] }];
    expect(completeModelConfig(parseModelConfig(short), { inputs, outputs }).inputs[0]?.width).toBe(3);
  });

  it('shows a long one that is too', () => {
    const inputs: ModelSignature['inputs'] = [
      { name: 'dense', datatype: 'float32', shape: [null, 19] },
      { name: 'codes', datatype: 'int64', shape: [null, 1] },
    ];
    expect(completeModelConfig(parseModelConfig(long), { inputs, outputs }).label.from).toBe('threshold');
  });
});

describe('the reference of model.json', () => {
  const text = page('models.md');
  const tableUnder = (heading: string): string[] =>
    firstColumn(text.slice(text.indexOf(`\n### ${heading}\n`)), /^\| key /);

  it('has every key, and no other', () => {
    const forReaders = ['name', 'description'];
    expect([...forReaders, ...tableUnder('Inputs'), ...tableUnder('Outputs')].sort()).toEqual(
      [...MODEL_JSON_KEYS].sort(),
    );
    expect(tableUnder('Features').sort()).toEqual([...FEATURE_KEYS].sort());
  });

  it('tells the limits that are kept', () => {
    const section = text.split('\n### Limits\n')[1]?.split('\n#')[0] ?? '';
    const limits = [...section.matchAll(/^\| .* \| ([\d,]+) +\|$/gm)].map(([, limit]) =>
      Number(limit?.replace(',', '')),
    );
    const many = (count: number) => Array.from({ length: count }, (_, index) => `f${index}`);
    const [features = 0, width = 0, name = 0, labels = 0, label = 0] = limits;
    const says: ((limit: number) => unknown)[] = [
      (limit) => ({ features: many(limit) }),
      (limit) => ({ features: [{ name: 'f', type: 'float32[]', length: limit }] }),
      (limit) => ({ input: 'x'.repeat(limit) }),
      (limit) => ({ labels: many(limit), scores: { output: 'o', columns: limit } }),
      (limit) => ({ labels: ['x'.repeat(limit)] }),
    ];
    [features, width, name, labels, label].forEach((limit, index) => {
      expect(() => parseModelConfig(says[index]?.(limit))).not.toThrow();
      expect(() => parseModelConfig(says[index]?.(limit + 1))).toThrow();
    });
  });
});

describe('docs/record-formats.md', () => {
  it('explains every failure code, and no other', () => {
    expect(firstColumn(page('record-formats.md'), /^\| code/).sort()).toEqual([...RECORD_FAILURE_CODES].sort());
  });
});

describe('docs/prediction-schema.md', () => {
  it('lists the fields of a prediction', () => {
    const names = PREDICTION_SCHEMA.fields.map(({ name }) => name);
    expect(firstColumn(page('prediction-schema.md'), /^\| field /).sort()).toEqual(names.sort());
  });
});
