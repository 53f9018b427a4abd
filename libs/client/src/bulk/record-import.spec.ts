import fc from 'fast-check';
import {
  eventually,
  type ExchangeScript,
  type ScriptedExchange,
  type ScriptedServer,
  startScriptedServer,
} from '@nearscore/testkit';
import {
  ImportAbortedError,
  type ImportFailure,
  type ImportOptions,
  NearscoreClient,
  type KeyedRecord,
} from '../index';

/** Many connections on a busy machine. */
jest.setTimeout(60_000);

interface Item {
  readonly n: number;
}

let server: ScriptedServer;

async function streamTo(...scripts: ExchangeScript[]) {
  server = await startScriptedServer(...scripts);
  const retry = { minDelayMs: 1, maxDelayMs: 2 };
  return new NearscoreClient({ baseUrl: server.url, retry }).stream<Item>('pages');
}

const item = (n: number): KeyedRecord<Item> => ({ key: `k${n}`, value: { n } });
const items = (count: number) => Array.from({ length: count }, (_none, index) => item(index + 1));

async function* slowly(all: readonly KeyedRecord<Item>[]) {
  for (const each of all) {
    yield each;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Answers at once, and calls `onLine` for each line as it comes; false ends it, as a broken connection does. */
function importer(
  onLine: (n: number, line: number, say: (answer: object) => void, exchange: ScriptedExchange) => boolean | void,
  onIdle: (line: number, say: (answer: object) => void) => void = () => undefined,
): ExchangeScript {
  return async (exchange) => {
    const { request, response } = exchange;
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.flushHeaders();
    const say = (answer: object): void => void response.write(`${JSON.stringify(answer)}\n`);
    let [rest, line] = ['', 0];
    for await (const chunk of request.setEncoding('utf8')) {
      const lines = (rest + (chunk as string)).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) {
        if (onLine((JSON.parse(text) as KeyedRecord<Item>).value.n, ++line, say, exchange) === false) return;
      }
      onIdle(line, say);
    }
    say({ done: { lines: line, written: line, failed: 0 } });
    response.end();
  };
}

const breakOff = ({ response }: ScriptedExchange): false => {
  // What was said before shall still be heard.
  response.write('', () => response.destroy());
  return false;
};

afterEach(async () => {
  jest.useRealTimers();
  await server?.stop();
});

describe.each<NonNullable<ImportOptions['transport']>>(['stream', 'batches'])('putMany as %s', (transport) => {
  it('sends every record once, in order', async () => {
    const seen: number[] = [];
    const stream = await streamTo(importer((n) => void seen.push(n)));
    const summary = await stream.putMany(slowly(items(500)), { transport });
    expect(summary).toEqual({ record: 500, written: 500, failed: 0, failures: [] });
    expect(seen).toEqual(items(500).map(({ value }) => value.n));
    const { method, url, headers } = server.exchanges[0]!;
    expect([method, url, headers.accept, headers['content-type']]).toEqual([
      ...['POST', '/v1/streams/pages/records', 'application/x-ndjson', 'application/x-ndjson'],
    ]);
  });

  it('sends lines as they are, each as one', async () => {
    const sent: string[] = [];
    const collect: ExchangeScript = async ({ request, response }) => {
      for await (const chunk of request.setEncoding('utf8')) sent.push(chunk as string);
      response.writeHead(200).end(`${JSON.stringify({ done: { lines: 2, written: 2, failed: 0 } })}\n`);
    };
    const stream = await streamTo(collect);
    const lines = ['{"key":"a","value":{"id":9007199254740993}}', '{"key":\n"b"\r\n}'];
    expect(await stream.putMany(lines)).toMatchObject({ written: 2 });
    expect(sent.join('')).toBe('{"key":"a","value":{"id":9007199254740993}}\n{"key": "b" }\n');
  });

  it('asks for nothing when there is nothing', async () => {
    const stream = await streamTo(() => undefined);
    expect(await stream.putMany([], { transport })).toEqual({ record: 0, written: 0, failed: 0, failures: [] });
    expect(server.exchanges).toEqual([]);
  });

  it('sends again what was not answered for when the connection breaks', async () => {
    const seen: number[] = [];
    const script = importer((n, line, say, exchange) => {
      seen.push(n);
      if (line === 3) say({ progress: { line: 2, written: 2, failed: 0 } });
      return line === 5 && server.exchanges.length === 1 ? breakOff(exchange) : undefined;
    });
    const summary = await (await streamTo(script)).putMany(items(8), { transport });
    expect(summary).toMatchObject({ record: 8, written: 8 });
    expect(seen).toEqual([1, 2, 3, 4, 5, 3, 4, 5, 6, 7, 8]);
  });

  it('tells a record that is refused once, by its number in the source', async () => {
    const failures: ImportFailure[] = [];
    const script = importer((n, line, say, exchange) => {
      if (n % 3 === 0) say({ error: { line, code: 'RECORD_FORMAT_INVALID', message: `n ${n}`, details: { n } } });
      if (line === 4) say({ progress: { line: 4 } });
      return line === 7 && server.exchanges.length === 1 ? breakOff(exchange) : undefined;
    });
    const stream = await streamTo(script);
    const options = { transport, onFailure: (failure: ImportFailure) => void failures.push(failure) };
    const summary = await stream.putMany(items(10), options);
    expect(failures.map(({ record, details }) => [record, details.n])).toEqual([3, 6, 9].map((n) => [n, n]));
    expect(summary).toEqual({ record: 10, written: 7, failed: 3, failures });
  });

  it('goes on behind what an aborted import has answered for', async () => {
    const seen: number[] = [];
    const script = importer((n, line, say, { response }) => {
      seen.push(n);
      if (line !== 4 || server.exchanges.length > 1) return undefined;
      say({ aborted: { code: 'GRID_UNAVAILABLE', message: 'gone', retriable: true, resumeAfterLine: 2 } });
      response.end();
      return false;
    });
    expect(await (await streamTo(script)).putMany(items(6), { transport })).toMatchObject({ record: 6, written: 6 });
    expect(seen).toEqual([1, 2, 3, 4, 3, 4, 5, 6]);
  });

  it('tells where to go on when it cannot', async () => {
    const script = importer((_n, line, say, { response }) => {
      if (line !== 4) return undefined;
      say({ aborted: { code: 'STREAM_NOT_FOUND', message: 'gone', retriable: false, resumeAfterLine: 3 } });
      response.end();
      return false;
    });
    const stream = await streamTo(script);
    const error: unknown = await stream.putMany(items(6), { transport, skip: 1 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ImportAbortedError);
    expect(error).toMatchObject({ code: 'IMPORT_ABORTED', resumeAfter: 4, written: 3, failed: 0 });
    expect(error).toMatchObject({ retriable: false, cause: { code: 'STREAM_NOT_FOUND' } });
  });

  it('gives up when nothing is answered for in several tries', async () => {
    const script = importer((_n, _line, _say, exchange) => breakOff(exchange));
    const importing = (await streamTo(script)).putMany(items(2), { transport });
    await expect(importing).rejects.toMatchObject({ resumeAfter: 0, cause: { code: 'CONNECTION_FAILED' } });
    expect(server.exchanges).toHaveLength(4);
  });

  it('is refused as any call is, and tried again as any', async () => {
    const refuse =
      (status: number, code: string, retriable: boolean): ExchangeScript =>
      ({ json }) =>
        json(status, { error: { code, message: code, retriable, details: {} } });
    const stream = await streamTo(refuse(503, 'GRID_UNAVAILABLE', true), refuse(404, 'STREAM_NOT_FOUND', false));
    await expect(stream.putMany(items(3), { transport })).rejects.toMatchObject({ cause: { status: 404 } });
    expect(server.exchanges).toHaveLength(2);
  });

  it('passes over what was dealt with', async () => {
    const seen: number[] = [];
    const stream = await streamTo(importer((n) => void seen.push(n)));
    const summary = await stream.putMany(items(5), { transport, skip: 3 });
    expect([seen, summary]).toEqual([[4, 5], { record: 5, written: 2, failed: 0, failures: [] }]);
  });

  it('rejects with what the source throws, and lets go of the connection', async () => {
    async function* broken() {
      yield* items(3);
      await eventually(() => expect(server.exchanges).toHaveLength(1));
      throw new Error('my file is gone');
    }
    const stream = await streamTo(importer(() => undefined));
    await expect(stream.putMany(broken(), { transport })).rejects.toThrow('my file is gone');
    await server.exchanges[0]?.closed;
  });

  it('ends with the signal, whatever it waits for, and lets go of the source', async () => {
    const abort = new AbortController();
    let released = false;
    async function* endless() {
      try {
        for (let n = 1; ; n++) yield item(n);
      } finally {
        released = true;
      }
    }
    const stream = await streamTo(importer((_n, line) => (line === 50 ? abort.abort(new Error('enough')) : undefined)));
    const options = { transport, signal: abort.signal, maxUnansweredChars: 5000 };
    await expect(stream.putMany(endless(), options)).rejects.toThrow('enough');
    await eventually(() => expect(released).toBe(true));
    await server.exchanges[0]?.closed;
  });
});

describe('putMany', () => {
  it('writes over a platform that answers nothing but whole requests', async () => {
    const seen: number[] = [];
    const halfDuplex: ExchangeScript = async ({ body, response }) => {
      const lines = (await body()).trim().split('\n');
      for (const line of lines) seen.push((JSON.parse(line) as KeyedRecord<Item>).value.n);
      response
        .writeHead(200)
        .end(`${JSON.stringify({ done: { lines: lines.length, written: lines.length, failed: 0 } })}\n`);
    };
    const options = { transport: 'stream', maxUnansweredChars: 1000 } as const;
    expect(await (await streamTo(halfDuplex)).putMany(slowly(items(300)), options)).toMatchObject({ written: 300 });
    expect(seen).toEqual(items(300).map(({ value }) => value.n));
    expect(server.exchanges.length).toBeGreaterThan(1);
  });

  it('holds no more than it may of what was not answered for', async () => {
    let [given, answered, most] = [0, 0, 0];
    function* source() {
      for (; given < 3000; given++) {
        most = Math.max(most, given - answered);
        yield item(given);
      }
    }
    const script = importer((_n, line, say) => {
      if (line % 20 === 0) say({ progress: { line: (answered = line) } });
    });
    const options = { transport: 'stream', maxUnansweredChars: 3000 } as const;
    expect(await (await streamTo(script)).putMany(source(), options)).toMatchObject({ record: 3000 });
    // A line has about 30 characters.
    expect(most).toBeLessThan(200);
    expect(server.exchanges).toHaveLength(1);
  });

  it('ends its request while the source rests, and begins another when it goes on', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'Date'] });
    let goOn: () => void = () => undefined;
    const rest = new Promise<void>((resolve) => (goOn = resolve));
    async function* resting() {
      yield item(1);
      await rest;
      yield item(2);
    }
    const told: number[] = [];
    const stream = await streamTo(
      importer(
        () => undefined,
        (line, say) => say({ progress: { line } }),
      ),
    );
    const importing = stream.putMany(resting(), { onProgress: ({ record }) => void told.push(record) });
    await eventually(() => expect(told).toEqual([1]));
    await jest.advanceTimersByTimeAsync(10_000);
    await server.exchanges[0]?.closed;
    goOn();
    expect(await importing).toMatchObject({ record: 2, written: 2 });
    expect(server.exchanges).toHaveLength(2);
  });

  it('tells its progress as records are answered for', async () => {
    const told: number[] = [];
    const script = importer((_n, line, say) => (line % 10 === 0 ? say({ progress: { line } }) : undefined));
    await (await streamTo(script)).putMany(items(35), { onProgress: ({ record }) => void told.push(record) });
    expect(told).toEqual([10, 20, 30, 35]);
  });

  it('loses, adds and swaps nothing, however often connections break', async () => {
    const faults = fc.array(fc.record({ at: fc.integer({ min: 1, max: 30 }), answered: fc.nat(30) }), { maxLength: 6 });
    const transports = fc.constantFrom<('stream' | 'batches')[]>('stream', 'batches');
    await fc.assert(
      fc.asyncProperty(
        faults,
        transports,
        fc.integer({ min: 60, max: 4000 }),
        async (plan, transport, maxUnansweredChars) => {
          const written: number[] = [];
          const script = importer(
            (n, line, say, exchange) => {
              written.push(n);
              const fault = plan[server.exchanges.indexOf(exchange)];
              if (fault?.at !== line) return undefined;
              say({ progress: { line: Math.min(fault.answered, line) } });
              return breakOff(exchange);
            },
            (line, say) => say({ progress: { line } }),
          );
          const stream = await streamTo(script);
          const retry = { minDelayMs: 1, maxDelayMs: 1, maxTries: 10 };
          const patient = new NearscoreClient({ baseUrl: server.url, retry }).stream<Item>(stream.name);
          const summary = await patient.putMany(items(60), { transport, maxUnansweredChars });
          await server.stop();
          expect(summary).toMatchObject({ record: 60, written: 60, failed: 0 });
          // In effect: the last write of each, in their order, with no step over a record that was never written.
          expect([...new Set(written)]).toEqual(items(60).map(({ value }) => value.n));
        },
      ),
      { numRuns: 30 },
    );
  });
});
