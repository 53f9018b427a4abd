import { deploymentSchema } from './deployment';
import { EntryReader } from './entry-reader';
import { type RegistryEntryError } from './registry.errors';

const deployment = {
  stream: 'fraud',
  model: 'fraud',
  version: 1,
  epoch: 1,
  featureMap: 'features.fraud',
  predictionMap: 'predictions.fraud',
  updatedAt: 1,
};

describe('EntryReader', () => {
  const told: RegistryEntryError[] = [];
  const reader = new EntryReader('nearscore.deployments', deploymentSchema, (error) => told.push(error));

  it('drops what a newer version added', () => {
    expect(reader.read('fraud', { ...deployment, canary: { version: 2 } })).toEqual(deployment);
  });

  it('names every field that is not as expected, without its value', () => {
    expect(() => reader.read('fraud', { ...deployment, epoch: 'secret', model: undefined })).toThrow(
      expect.objectContaining({
        code: 'REGISTRY_ENTRY_UNREADABLE',
        message: expect.stringMatching(/^Entry fraud of nearscore\.deployments .*model: .*epoch: /),
        details: expect.objectContaining({
          issues: [
            { path: 'model', message: expect.any(String) },
            { path: 'epoch', message: expect.any(String) },
          ],
        }),
      }),
    );
    expect(() => reader.read('fraud', { ...deployment, epoch: 'secret' })).not.toThrow(/secret/);
  });

  it.each([null, 'text', 1, []])('refuses %j as an entry', (value) => {
    expect(() => reader.read('fraud', value)).toThrow(/entry: /);
  });

  it('lists what it can read and tells of the rest', () => {
    const entries: [string, unknown][] = [
      ['old', { stream: 'old' }],
      ['fraud', deployment],
    ];
    expect(reader.readAll(entries)).toEqual([deployment]);
    expect(told.map(({ details }) => details['key'])).toEqual(['old']);
  });
});
