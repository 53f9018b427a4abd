import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModelConfigError } from '../records.errors';
import { completeModelConfig } from './model-config-completion';
import { parseModelConfig } from './model-config.schema';
import { type ModelSignature, type TensorSignature } from './model-signature';

const tensor = (name: string, datatype: TensorSignature['datatype'], ...shape: (number | null)[]): TensorSignature => ({
  name,
  datatype,
  shape,
});

/** What scikit-learn's converter gives for a classifier of two classes. */
const classifier = (columns = 3, classes = 2): ModelSignature => ({
  inputs: [tensor('features', 'float32', null, columns)],
  outputs: [tensor('label', 'int64', null), tensor('probabilities', 'float32', null, classes)],
});

const regression: ModelSignature = {
  inputs: [tensor('features', 'float32', null, 3)],
  outputs: [tensor('variable', 'float32', null, 1)],
};

const complete = (json: unknown, signature = classifier()) => completeModelConfig(parseModelConfig(json), signature);

function issuesOf(json: unknown, signature = classifier()): string[] {
  try {
    complete(json, signature);
  } catch (error) {
    if (!(error instanceof ModelConfigError)) throw error;
    return error.issues.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}

const abc = ['a', 'b', 'c'];

describe('model.json', () => {
  it.each(['phishing', 'breast-cancer'])('of the example model %s is complete with its graph', (model) => {
    const path = join(__dirname, '../../../../deploy/example-models', model, 'model.json');
    const json = JSON.parse(readFileSync(path, 'utf8')) as { features: string[]; labels: string[] };
    const config = complete(json, classifier(json.features.length));
    expect(config.inputs[0]?.features.map(({ name, kind }) => [name, kind])).toEqual(
      json.features.map((name) => [name, 'float32']),
    );
    expect(config.score).toEqual({ output: 'probabilities', columns: 2, column: 1 });
    expect(config.label).toEqual({ from: 'output', output: 'label', names: json.labels });
  });

  it('survives being kept as JSON', () => {
    const config = complete({ features: abc, labels: ['no', 'yes'] });
    expect(JSON.parse(JSON.stringify(config))).toEqual(config);
  });

  describe('inputs', () => {
    it('come from the graph alone as one array field by its name', () => {
      expect(complete({}).inputs).toEqual([
        {
          name: 'features',
          datatype: 'float32',
          width: 3,
          features: [{ name: 'features', kind: 'float32', length: 3, default: null, scale: null, categories: null }],
        },
      ]);
    });

    it('are the features by name where each column is an input', () => {
      const signature: ModelSignature = {
        ...classifier(),
        inputs: [
          tensor('age', 'int64', null, 1),
          tensor('city', 'string', null, 1),
          tensor('income', 'float32', null, 1),
        ],
      };
      const kinds = [
        ['age', 'int64', null],
        ['city', 'string', null],
        ['income', 'float32', null],
      ];
      const read = (json: unknown) =>
        complete(json, signature).inputs.flatMap(({ features }) =>
          features.map(({ name, kind, length }) => [name, kind, length]),
        );
      expect(read({})).toEqual(kinds);
      expect(read({ features: [{ name: 'city', default: 'Oslo' }, 'income', 'age'] })).toEqual([
        kinds[1],
        kinds[2],
        kinds[0],
      ]);
      expect(issuesOf({ features: ['city', 'age'] }, signature)).toEqual([
        "features: nothing fills the graph's input 'income'",
      ]);
    });

    it('may be several, with kinds, defaults, scaling, categories and arrays', () => {
      const signature: ModelSignature = {
        ...classifier(),
        inputs: [tensor('dense', 'float32', null, 6), tensor('ids', 'int64', null, 2)],
      };
      const { inputs } = complete(
        {
          inputs: [
            {
              name: 'dense',
              features: [
                { name: 'amount', type: 'float64', default: 10, scale: { mean: 10, std: 5 } },
                { name: 'flag', type: 'boolean' },
                { name: 'embedding', type: 'float32[]' },
              ],
            },
            { name: 'ids', datatype: 'int64', features: ['user', { name: 'colour', categories: ['red', 'green'] }] },
          ],
        },
        signature,
      );
      expect(inputs.map(({ width, datatype }) => [width, datatype])).toEqual([
        [6, 'float32'],
        [2, 'int64'],
      ]);
      const [dense, ids] = inputs.map(({ features }) => features);
      expect(dense?.[0]).toMatchObject({ kind: 'float64', default: 10, scale: { subtract: 10, divide: 5 } });
      expect(dense?.[2]).toMatchObject({ kind: 'float32', length: 4 });
      expect(ids?.[0]).toMatchObject({ kind: 'int64', length: null });
      expect(ids?.[1]).toMatchObject({
        kind: 'string',
        categories: [
          ['red', 0],
          ['green', 1],
        ],
      });
    });

    it.each<[string, unknown, string[]]>([
      [
        'too few features',
        { features: ['a', 'b'] },
        ["features: they fill 2 columns, but the graph's input 'features' has 3"],
      ],
      [
        'an unknown input',
        { input: 'x', features: abc },
        ["input: the graph has no input 'x', but 'features'", "features: nothing fills the graph's input 'features'"],
      ],
      [
        'another datatype',
        { inputs: [{ name: 'features', datatype: 'int64', features: abc }] },
        ["inputs[0].datatype: the graph's input is float32"],
      ],
      [
        'text without codes',
        { features: ['a', 'b', { name: 'c', type: 'string' }] },
        ['features[2].type: string cannot fill a float32 input'],
      ],
      [
        'a default of another kind',
        { features: [{ name: 'a', default: '1' }, { name: 'b', type: 'int8', default: 200 }, 'c'] },
        ['features[0].default: expected a float32', 'features[1].default: expected an int8'],
      ],
      [
        'a default that is no category',
        { features: ['a', 'b', { name: 'c', categories: ['x'], default: 'y' }] },
        ['features[2].default: expected one of the categories'],
      ],
      [
        'a length without an array',
        { features: ['a', 'b', { name: 'c', type: 'float32', length: 1 }] },
        ["features[2].length: is for arrays: type 'float32[]'"],
      ],
      [
        'scaled text',
        { features: ['a', 'b', { name: 'c', categories: ['x'], scale: { min: 0, max: 1 } }] },
        ['features[2].scale: is for numbers that fill a float32 or float64 input'],
      ],
    ])('refuse %s, and say where', (_what, json, issues) => {
      expect(issuesOf(json)).toEqual(issues);
    });

    it('refuse a graph whose rows cannot be batched', () => {
      const fixed = { ...classifier(), inputs: [tensor('features', 'float32', 1, 3)] };
      expect(issuesOf({ features: abc }, fixed)).toEqual([
        "input: the graph's input 'features' has shape [1, 3], but rows need [?] or [?, columns]",
      ]);
    });
  });

  describe('outputs', () => {
    it('of two columns: the second is the score, the graph or the highest gives the label', () => {
      expect(complete({ features: abc })).toMatchObject({
        score: { output: 'probabilities', column: 1 },
        scores: { output: 'probabilities', columns: 2 },
        label: { from: 'output', output: 'label', names: null },
      });
      const unlabelled = { ...classifier(), outputs: [tensor('p', 'float32', null, 2)] };
      expect(complete({ features: abc, labels: ['no', 'yes'] }, unlabelled).label).toEqual({
        from: 'highest',
        names: ['no', 'yes'],
      });
    });

    it('of many columns: the highest', () => {
      expect(complete({ features: abc }, classifier(3, 4)).score).toEqual({
        output: 'probabilities',
        columns: 4,
        column: 'highest',
      });
    });

    it('of one column: that one, and no label', () => {
      expect(complete({ features: abc }, regression)).toMatchObject({
        score: { output: 'variable', column: 0 },
        scores: { output: 'variable', columns: 1 },
        label: { from: 'nowhere' },
      });
    });

    it('with a threshold: the label goes by it, whatever the graph says', () => {
      const threshold = { features: abc, labels: ['no', 'yes'], threshold: 0.8 };
      expect(complete(threshold).label).toEqual({ from: 'threshold', threshold: 0.8, names: ['no', 'yes'] });
      expect(complete({ ...threshold, score: { output: 'probabilities', column: 0 } }).label).toMatchObject({
        names: ['yes', 'no'],
      });
      expect(complete({ features: abc, threshold: 10, labels: ['low', 'high'] }, regression).label).toMatchObject({
        names: ['low', 'high'],
      });
    });

    it('with open columns: the labels or model.json say how many', () => {
      const open = { ...classifier(), outputs: [tensor('p', 'float32', null, null)] };
      expect(complete({ features: abc, labels: ['x', 'y', 'z'] }, open).scores.columns).toBe(3);
      expect(complete({ features: abc, scores: { output: 'p', columns: 5 } }, open).scores.columns).toBe(5);
      expect(issuesOf({ features: abc }, open)).toEqual([
        "scores.columns: needed: the graph does not tell how many columns 'p' has",
      ]);
    });

    it.each<[string, object, string]>([
      [
        'an unknown output',
        { score: 'x' },
        "score.output: the graph has no output 'x', but 'label' (int64), 'probabilities' (float32)",
      ],
      [
        'an integer score',
        { score: 'label' },
        "score.output: the graph's output 'label' is int64: expected float32 or float64",
      ],
      [
        'a column past the last',
        { score: { output: 'probabilities', column: 2 } },
        "score.column: 'probabilities' has 2 columns, counted from 0",
      ],
      [
        'three labels with a threshold',
        { labels: abc, threshold: 0.5 },
        'labels: expected two with a threshold: below it, and at or above it',
      ],
      ['two rules for the label', { label: 'label', threshold: 0.5 }, 'label: not beside "threshold"'],
    ])('refuse %s, and say where', (_what, json, issue) => {
      expect(issuesOf({ features: abc, ...json })).toEqual([issue]);
    });

    it('refuse labels that one column cannot choose', () => {
      expect(issuesOf({ features: abc, labels: ['no', 'yes'] }, regression)).toEqual([
        'threshold: needed: one column alone does not choose between labels',
      ]);
    });
  });

  it.each<[string, unknown, string[]]>([
    ['no object', [], ['']],
    ['an unknown key', { featurs: abc }, ['']],
    ['a number as a feature', { features: ['a', 7] }, ['features[1]']],
    ['a feature twice', { features: ['a', 'b', 'a'] }, ['features[2].name']],
    ['an unknown type', { features: [{ name: 'a', type: 'double' }] }, ['features[0].type']],
    ['no deviation', { features: [{ name: 'a', scale: { mean: 1, std: 0 } }] }, ['features[0].scale']],
    ['half a scale', { features: [{ name: 'a', scale: { mean: 1 } }] }, ['features[0].scale']],
    ['a code that is no number', { features: [{ name: 'a', categories: { x: '1' } }] }, ['features[0].categories']],
    ['both forms', { features: abc, inputs: [{ name: 'x' }] }, ['features']],
    [
      'several faults',
      { labels: [''], threshold: '1', score: { output: 'p', column: -1 } },
      ['labels[0]', 'score.column', 'threshold'],
    ],
  ])('is refused with %s, by path', (_what, json, paths) => {
    try {
      parseModelConfig(json);
    } catch (error) {
      expect(error).toMatchObject({ code: 'MODEL_CONFIG_INVALID' });
      expect((error as ModelConfigError).issues.map(({ path }) => path).sort()).toEqual([...paths].sort());
      return;
    }
    throw new Error('was not refused');
  });
});
