import { RestingEpochs } from './resting-epochs';

describe('RestingEpochs', () => {
  const seen = (key: string, epoch: number, arrivedAt: number) => {
    const version = { model: 'm', version: 1, partition: 0, position: 0, sequence: 0, fingerprint: 1n };
    return { type: 'seen', key, epoch, ...version, score: 0, scoredAt: 0, arrivedAt } as const;
  };

  it('counts each resting record once, by the epoch that scored it last', () => {
    const epochs = new RestingEpochs();
    epochs.accept(seen('resting-1', 1, 10));
    epochs.accept(seen('resting-2', 1, 11));
    epochs.accept(seen('resting-1', 2, 12));
    epochs.accept(seen('record-1', 2, 13));
    expect([epochs.since(1), epochs.since(2), epochs.since(3)]).toEqual([2, 1, 0]);
    expect(epochs.lastAt).toBe(12);
  });
});
