import { OwnerTable } from './owner-table';

function tableOf(owners: (string | undefined)[], provoke: () => Promise<unknown> = () => Promise.resolve()) {
  const source = {
    getPartitionCount: () => owners.length,
    getPartitionId: (key: string) => key.length % owners.length,
    getPartitionOwner: (partition: number) => owners[partition],
  };
  return new OwnerTable(source, { provoke, readyTimeoutMs: 0 });
}

describe('OwnerTable', () => {
  it('is ready once the first operation has made the cluster assign every partition', async () => {
    const owners: (string | undefined)[] = ['a', undefined];
    const provoked = jest.fn(() => Promise.resolve(void (owners[1] = 'b')));
    await tableOf(owners, provoked).ready();
    await tableOf(owners, provoked).ready();
    expect(provoked).toHaveBeenCalledTimes(1);
  });

  it.each([[[undefined]], [[]]])('is not ready with owners %j', async (owners) => {
    await expect(tableOf(owners).ready()).rejects.toMatchObject({ code: 'GRID_UNAVAILABLE' });
  });

  describe('tells of changes', () => {
    beforeEach(() => jest.useFakeTimers());
    afterEach(() => jest.useRealTimers());

    it('when an owner is another one, and only then', () => {
      const owners: (string | undefined)[] = ['a', 'a'];
      const table = tableOf(owners);
      const changed = jest.fn();
      const end = table.onChanged(changed);
      jest.advanceTimersByTime(5_000);
      expect(changed).not.toHaveBeenCalled();
      owners[1] = 'b';
      jest.advanceTimersByTime(5_000);
      expect(changed).toHaveBeenCalledTimes(1);
      owners[0] = undefined;
      table.compare();
      expect(changed).toHaveBeenCalledTimes(2);
      end();
      expect(jest.getTimerCount()).toBe(0);
    });

    it('to a listener that came after others had left', () => {
      const owners = ['a'];
      const table = tableOf(owners);
      table.onChanged(() => undefined)();
      owners[0] = 'b';
      const changed = jest.fn();
      table.onChanged(changed);
      jest.advanceTimersByTime(5_000);
      expect(changed).not.toHaveBeenCalled();
      owners[0] = 'c';
      jest.advanceTimersByTime(5_000);
      expect(changed).toHaveBeenCalledTimes(1);
      table.close();
      expect(jest.getTimerCount()).toBe(0);
    });
  });
});
