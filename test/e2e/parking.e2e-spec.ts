import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HazelcastJsonValue } from 'hazelcast-client';
import { type PredictionRecord } from '@nearscore/records';
import { eventually, exampleModel } from '@nearscore/testkit';
import { type Stack, startStack } from './stack';

interface Parked {
  stream: string;
  key: string;
  reason: { code: string; field?: string };
  sourceSequence: number;
}

describe('records that cannot be scored', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack();
    await stack.deployExample('phishing', 1);
    await deployPoison();
  }, 60_000);
  afterAll(() => stack?.stop());

  it('are parked with their reason, and the others of their batches are scored', async () => {
    const { records } = exampleModel('phishing');
    const values = records[0]?.values ?? {};
    const bad: [string, unknown][] = [
      ['bad-text', { ...values, https: 'yes' }],
      ['bad-missing', Object.fromEntries(Object.entries(values).slice(1))],
      ['bad-null', { ...values, https: null }],
    ];
    const good = records.slice(0, 600).map(({ key, values }) => [key, values] as [string, unknown]);
    await write('phishing', [...good.slice(0, 300), ...bad, ...good.slice(300)]);
    await eventually(async () => expect(await scored('phishing', good)).toBe(good.length));
    await eventually(async () => {
      const parked = new Map((await parkedOf('phishing')).map(({ key, reason }) => [key, reason]));
      expect([...parked.keys()].sort()).toEqual(['bad-missing', 'bad-null', 'bad-text']);
      expect(parked.get('bad-text')).toMatchObject({ code: 'WRONG_KIND', field: 'https' });
      expect(parked.get('bad-missing')).toMatchObject({ code: 'MISSING_FIELD', field: 'empty_server_form_handler' });
      expect(JSON.stringify([...parked.values()])).not.toContain('yes');
    });
    expect(await scored('phishing', bad)).toBe(0);
    await eventually(async () => {
      const metrics = await (await fetch(`${stack.node().url}/metrics`)).text();
      // A null is a missing value.
      expect(metrics).toContain('nearscore_failed_records_total{stream="phishing",code="WRONG_KIND"} 1\n');
      expect(metrics).toContain('nearscore_failed_records_total{stream="phishing",code="MISSING_FIELD"} 2\n');
    });
  }, 60_000);

  it('are isolated when the model itself fails on them', async () => {
    const entries = Array.from(
      { length: 200 },
      (_, index) => [`code-${index}`, [index % 50 === 7 ? 99 : index % 4, 0]] as [string, number[]],
    );
    const poisoned = entries.filter(([, [code = 0]]) => code > 3);
    const map = await stack.floatClient.getMap<string, number[]>('features.poison');
    await map.setAll(entries);
    await eventually(async () => expect(await scored('poison', entries)).toBe(entries.length - poisoned.length));
    await eventually(async () => {
      const parked = await parkedOf('poison');
      expect(parked.map(({ key }) => key).sort()).toEqual(poisoned.map(([key]) => key).sort());
      expect(new Set(parked.map(({ reason }) => reason.code))).toEqual(new Set(['MODEL_RUN_FAILED']));
    });
  }, 60_000);

  async function deployPoison(): Promise<void> {
    const form = new FormData();
    const onnx = readFileSync(join(__dirname, '../fixtures/models/poison.onnx'));
    form.set('model', new Blob([new Uint8Array(onnx)]), 'model.onnx');
    form.set('config', new Blob([JSON.stringify({ name: 'poison', features: ['code', 'other'] })]), 'model.json');
    const stored = await fetch(`${stack.gateway.url}/v1/models/poison/versions/1`, { method: 'PUT', body: form });
    expect([stored.status, stored.ok ? '' : await stored.text()]).toEqual([200, '']);
    await stack.api('PUT', '/v1/streams/poison', { model: 'poison', version: 1 });
  }

  async function write(stream: string, entries: readonly [string, unknown][]): Promise<void> {
    const map = await stack.client.getMap<string, HazelcastJsonValue>(`features.${stream}`);
    await map.setAll(entries.map(([key, value]) => [key, new HazelcastJsonValue(JSON.stringify(value))]));
  }

  async function scored(stream: string, entries: readonly [string, unknown][]): Promise<number> {
    const map = await stack.client.getMap<string, PredictionRecord>(`predictions.${stream}`);
    return (await map.getAll(entries.map(([key]) => key))).length;
  }

  async function parkedOf(stream: string): Promise<Parked[]> {
    const map = await stack.client.getMap<string, Parked>('nearscore.parked');
    const all = [...(await map.values())];
    return all.filter((parked) => parked.stream === stream);
  }
});
