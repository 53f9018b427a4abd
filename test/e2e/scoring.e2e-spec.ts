import { type PredictionRecord } from '@nearscore/records';
import { eventually, exampleModel, type ExampleModelName, type ExampleVersion } from '@nearscore/testkit';
import { RECORD_FORMATS, type RecordFormat, writeRecords } from './record-formats';
import { type Stack, startStack } from './stack';

const TOLERANCE = 1e-5;

describe('every record of the example models, in every format', () => {
  let stack: Stack;

  beforeAll(async () => (stack = await startStack()), 60_000);
  afterAll(() => stack?.stop());

  const models: ExampleModelName[] = ['phishing', 'breast-cancer'];
  const versions: ExampleVersion[] = [1, 2, 3];
  const cases = models.flatMap((model) => versions.map((version) => [model, version] as const));

  it.each(cases)(
    '%s %i: |score − scikit-learn| ≤ 1e-5',
    async (model, version) => {
      await stack.deployExample(model, version);
      for (const format of RECORD_FORMATS) {
        const scores = await scoresOf(model, version, format);
        expect(differenceToScikitLearn(model, version, scores)).toBeLessThanOrEqual(TOLERANCE);
      }
    },
    120_000,
  );

  async function scoresOf(model: ExampleModelName, version: ExampleVersion, format: RecordFormat) {
    const { records } = exampleModel(model);
    const prefix = `${version}-${format}-`;
    await writeRecords(stack, model, { format, records, prefix });
    const predictions = await stack.client.getMap<string, PredictionRecord>(`predictions.${model}`);
    return eventually(
      async () => {
        const entries = await predictions.getAll(records.map(({ key }) => prefix + key));
        expect(entries.length).toBe(records.length);
        expect(new Set(entries.map(([, prediction]) => `${prediction.model} ${prediction.version}`))).toEqual(
          new Set([`${model} ${version}`]),
        );
        return new Map(entries.map(([key, { score }]) => [key.slice(prefix.length), score]));
      },
      { timeoutMs: 30_000, everyMs: 100 },
    );
  }

  it('gives the prediction over REST as the grid holds it', async () => {
    const key = '1-rest-phishing-00000';
    const stored = await (await stack.client.getMap<string, PredictionRecord>('predictions.phishing')).get(key);
    const answer = await stack.api<Record<string, unknown>>('GET', `/v1/streams/phishing/predictions/${key}`);
    expect(answer).toMatchObject({
      key,
      score: stored?.score,
      label: stored?.label,
      scores: stored?.scores,
      model: 'phishing',
      version: 1,
      epoch: 1,
      sourceSequence: stored?.sourceSequence,
    });
    expect(Date.parse(String(answer.scoredAt))).toBe(stored?.scoredAt);
  });
});

/** The largest over all records; every record of the example must be there. */
function differenceToScikitLearn(
  model: ExampleModelName,
  version: ExampleVersion,
  scores: ReadonlyMap<string, number>,
): number {
  const { expected } = exampleModel(model);
  expect(scores.size).toBe(expected.size);
  return Math.max(...[...expected].map(([key, by]) => Math.abs((scores.get(key) ?? Infinity) - by[version])));
}
