import { type Deployment, type ModelVersion } from '@nearscore/registry';
import { modelFindings } from './model-findings';

const sha256 = 'c0ffee'.padEnd(64, '0');
const deployment = {
  ...{ stream: 'pages', model: 'm', version: 2, sha256, candidate: null },
  previous: { model: 'm', version: 1, sha256: 'decade'.padEnd(64, '0') },
} as unknown as Deployment;
const store = (bytes: () => Promise<Buffer>) => ({
  get: (model: string, version: number) => Promise.resolve({ model, version, sha256 } as ModelVersion),
  bytes,
});
const whole = () => Promise.resolve(Buffer.alloc(0));

describe('modelFindings', () => {
  it('reads every version that a deployment names, once', async () => {
    const other = { ...deployment, stream: 'sites', previous: null };
    const findings = await modelFindings(store(whole), [deployment, other]);
    expect(findings.map(({ subject, status }) => [subject, status])).toEqual([
      ['m 2', 'ok'],
      ['m 1', 'fail'],
    ]);
    expect(findings[1]?.message).toMatch(/^deployed as sha256 decade0+, stored is c0ffee/);
  });

  it('says what is wrong with the bytes', async () => {
    const broken = store(() => Promise.reject(new Error('chunk 3 is missing')));
    const [finding] = await modelFindings(broken, [{ ...deployment, previous: null }]);
    expect(finding).toMatchObject({ check: 'models', status: 'fail', message: 'chunk 3 is missing' });
  });
});
