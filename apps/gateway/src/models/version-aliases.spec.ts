import { type Deployment } from '@nearscore/registry';
import { VersionAliases } from './version-aliases';

const deployment = (stream: string, version: number, more: Partial<Deployment> = {}): Deployment => ({
  ...{ stream, model: 'fraud', version, epoch: 1, updatedAt: 0 },
  ...{ featureMap: `features.${stream}`, predictionMap: `predictions.${stream}`, ...more },
});
const candidate = { mode: 'split', percent: 10, salt: 's' } as const;

const aliases = new VersionAliases([
  deployment('web', 2, {
    candidate: { model: 'fraud', version: 3, ...candidate },
    previous: { model: 'fraud', version: 1 },
  }),
  deployment('app', 2, { candidate: null, previous: { model: 'other', version: 2 } }),
]);

test('a version is called by what the deployments say of it', () => {
  expect(aliases.ofVersion('fraud', 2)).toEqual({ live: ['app', 'web'], candidate: [], previous: [] });
  expect(aliases.ofVersion('fraud', 3)).toEqual({ live: [], candidate: ['web'], previous: [] });
  expect(aliases.ofVersion('fraud', 1)).toEqual({ live: [], candidate: [], previous: ['web'] });
  expect(aliases.ofVersion('other', 2)).toEqual({ live: [], candidate: [], previous: ['app'] });
  expect(aliases.ofVersion('fraud', 4)).toEqual({ live: [], candidate: [], previous: [] });
});

test('a model tells the versions by stream', () => {
  expect(aliases.ofModel('fraud')).toEqual({ live: { app: 2, web: 2 }, candidate: { web: 3 }, previous: { web: 1 } });
  expect(aliases.ofModel('none')).toEqual({ live: {}, candidate: {}, previous: {} });
});
