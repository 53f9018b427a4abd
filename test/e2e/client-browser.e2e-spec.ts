import { type Browser, chromium, type Page } from 'playwright-core';
import type * as sdk from '@nearscore/client';
import { chromiumBinary, eventually, exampleModel } from '@nearscore/testkit';
import { type PageServer, startPageServer } from '../fixtures/browser/page-server';
import { FeedStack } from './feed-stack';

/** In the page: what its script has put there. */
declare const NearscoreClient: typeof sdk.NearscoreClient;
declare const NearscoreError: typeof sdk.NearscoreError;
declare const heard: string[];

const STREAM = 'pages';
const [record] = exampleModel('phishing').records;
/** The first run fetches Chromium. */
const FETCH_TIMEOUT_MS = 300_000;

let stack: FeedStack;
let browser: Browser;
let listed: PageServer;
let foreign: PageServer;

async function pageAt({ origin }: PageServer): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(origin);
  await eventually(async () => expect(await page.title()).toBe('ready'));
  return page;
}

/** What the scripts in the page are given. */
const world = () => ({ baseUrl: stack.gateway.url, name: STREAM, values: record!.values });

beforeAll(async () => {
  [listed, foreign] = await Promise.all([startPageServer(), startPageServer()]);
  const { executablePath, env } = await chromiumBinary();
  // Our own pages alone are opened, and a sandbox needs rights that containers do not give.
  browser = await chromium.launch({ executablePath, env: { ...process.env, ...env }, chromiumSandbox: false });
  stack = await FeedStack.start({}, { NEARSCORE_CORS_ORIGINS: listed.origin, NEARSCORE_MAX_UNSCORED_AGE_SECONDS: '0' });
  await stack.deploy(STREAM);
}, FETCH_TIMEOUT_MS);

afterAll(async () => {
  await browser?.close();
  await Promise.all([listed, foreign].map((server) => server?.stop()));
  await stack?.stop();
});

describe('a page of a listed origin', () => {
  let page: Page;

  beforeAll(async () => {
    page = await pageAt(listed);
  });

  it('writes a record, waits for its prediction, reads and removes it', async () => {
    const seen = await page.evaluate(async ({ baseUrl, name, values }) => {
      const stream = new NearscoreClient({ baseUrl }).stream(name);
      const prediction = await stream.predict('one ü/?', values, { waitMs: 20_000 });
      const [read, again] = [await stream.get('one ü/?'), await stream.prediction('one ü/?')];
      await stream.delete('one ü/?');
      return { prediction, read, again, gone: (await stream.get('one ü/?')) ?? 'gone' };
    }, world());
    expect(seen.prediction).toMatchObject({ key: 'one ü/?', model: 'phishing', score: expect.any(Number) });
    expect(seen).toMatchObject({ read: { value: record!.values }, again: seen.prediction, gone: 'gone' });
  });

  it('reads why something was refused', async () => {
    const error = await page.evaluate(async ({ baseUrl, name }) => {
      const stream = new NearscoreClient({ baseUrl }).stream(name);
      const thrown: unknown = await stream.put('k', { other: 1 }).catch((reason: unknown) => reason);
      return thrown instanceof NearscoreError ? { ...thrown, name: thrown.name } : thrown;
    }, world());
    expect(error).toMatchObject({ name: 'NearscoreApiError', code: 'RECORD_FORMAT_INVALID', status: 422 });
    expect(error).toHaveProperty('requestId', expect.stringMatching(/^[0-9a-f-]{36}$/));
  });

  it('imports in batches', async () => {
    const summary = await page.evaluate(async ({ baseUrl, name, values }) => {
      const items = Array.from({ length: 5000 }, (_none, n) => ({ key: `many-${n}`, value: values }));
      items[1234] = { key: 'bad', value: {} as never };
      return new NearscoreClient({ baseUrl }).stream(name).putMany(items);
    }, world());
    expect(summary).toMatchObject({ record: 5000, written: 4999, failed: 1, failures: [{ record: 1235 }] });
  });

  it('listens, over a gateway that is killed and started again, until it leaves', async () => {
    await page.evaluate(async ({ baseUrl, name }) => {
      const keys: string[] = [];
      Object.assign(globalThis, { heard: keys });
      const predictions = (onOpen: () => void) =>
        new NearscoreClient({ baseUrl }).stream(name).predictions({ keyPrefix: 'live-', onOpen });
      await new Promise<void>((opened, failed) => {
        void (async () => {
          for await (const { key } of predictions(opened)) keys.push(key ?? '');
        })().catch((error: unknown) => {
          keys.push(String(error));
          failed(error as Error);
        });
      });
    }, world());
    const path = (key: string): string => `/v1/streams/${STREAM}/records/${key}`;
    await stack.api('PUT', path('live-1'), record!.values);
    await eventually(async () => expect(await page.evaluate(() => heard)).toEqual(['live-1']));
    await stack.gateway.kill();
    await stack.restartGateway();
    await stack.api('PUT', path('live-2'), record!.values);
    const both = async () => expect([...new Set(await page.evaluate(() => heard))]).toEqual(['live-1', 'live-2']);
    await eventually(both, { timeoutMs: 30_000 });
    expect(await stack.metric('nearscore_listeners', `stream="${STREAM}"`)).toBe(1);
    await page.close();
    await eventually(async () => expect(await stack.metric('nearscore_listeners', `stream="${STREAM}"`)).toBe(0));
  });
});

it('a page of another origin reaches nothing', async () => {
  const page = await pageAt(foreign);
  const code = await page.evaluate(async ({ baseUrl, name, values }) => {
    const client = new NearscoreClient({ baseUrl, retry: { maxTries: 1 } });
    const thrown: unknown = await client
      .stream(name)
      .put('k', values)
      .catch((reason: unknown) => reason);
    return thrown instanceof NearscoreError ? thrown.code : String(thrown);
  }, world());
  expect(code).toBe('CONNECTION_FAILED');
});
