import { PutQueue } from './put-queue';

const put = (key: string, n = 0) => ({ key, value: { n } });
const removal = (key: string) => ({ key, value: null });

/** A map that can be made to fail and to wait; calls as `set a b` and `delete a`. */
class ScriptedMap {
  readonly calls: string[] = [];
  failures: (Error | undefined)[] = [];
  gate: Promise<void> | undefined;

  async setAll(entries: Iterable<readonly [string, unknown]>): Promise<void> {
    await this.take(`set ${Array.from(entries, ([key]) => key).join(' ')}`);
  }

  async delete(key: string): Promise<void> {
    await this.take(`delete ${key}`);
  }

  private async take(call: string): Promise<void> {
    this.calls.push(call);
    await this.gate;
    const failure = this.failures.shift();
    if (failure) throw failure;
  }
}

describe('puts to one map', () => {
  it('that are made in one turn are one write', async () => {
    const map = new ScriptedMap();
    const queue = new PutQueue(map);
    await Promise.all([put('a'), put('b'), put('a')].map((record) => queue.put(record)));
    expect(map.calls).toEqual(['set a b a']);
  });

  it('keep their order among removals', async () => {
    const map = new ScriptedMap();
    const queue = new PutQueue(map);
    const records = [put('a'), removal('a'), removal('b'), put('a'), put('c')];
    await Promise.all(records.map((record) => queue.put(record)));
    expect(map.calls).toEqual(['set a', 'delete a', 'delete b', 'set a c']);
  });

  it('wait for the write before them, and then leave together', async () => {
    const map = new ScriptedMap();
    const queue = new PutQueue(map);
    let open = (): void => undefined;
    map.gate = new Promise((resolve) => (open = resolve));
    const first = queue.put(put('a'));
    await new Promise((resolve) => setImmediate(resolve));
    const others = [queue.put(put('b')), queue.put(put('c'))];
    await new Promise((resolve) => setImmediate(resolve));
    expect(map.calls).toEqual(['set a']);
    open();
    await Promise.all([first, ...others]);
    expect(map.calls).toEqual(['set a', 'set b c']);
  });

  it('leave in writes of a bounded size', async () => {
    const map = new ScriptedMap();
    const queue = new PutQueue(map);
    await Promise.all(Array.from({ length: 2_500 }, () => queue.put(put('a'))));
    expect(map.calls.map((call) => call.split(' ').length - 1)).toEqual([1_000, 1_000, 500]);
  });

  it('fail with their write, and the next ones do not', async () => {
    const map = new ScriptedMap();
    const queue = new PutQueue(map);
    const failure = new Error('as the test wants');
    map.failures = [failure];
    const outcomes = [put('a'), put('b'), removal('c')].map((record) =>
      queue.put(record).then(
        () => 'done',
        (error: unknown) => error,
      ),
    );
    expect(await Promise.all(outcomes)).toEqual([failure, failure, 'done']);
    await expect(queue.put(put('d'))).resolves.toBeUndefined();
  });
});
