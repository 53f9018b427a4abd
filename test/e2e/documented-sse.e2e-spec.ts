import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Browser, chromium } from 'playwright-core';
import { chromiumBinary, eventually, exampleModel } from '@nearscore/testkit';
import { codeBlocks, readPage } from '../docs/markdown-page';
import { FeedStack } from './feed-stack';

const PAGE = 'listen-sse.md';
const GATEWAY = 'http://127.0.0.1:8000';
const { records, expected } = exampleModel('phishing');
/** The first run fetches Chromium. */
const FETCH_TIMEOUT_MS = 300_000;

let stack: FeedStack;
let pages: Server;
let origin: string;
const running: ChildProcess[] = [];

const commands = codeBlocks(readPage(PAGE)).filter(({ language }) => language === 'sh');
/** Some that are phishing almost certainly, and some that are not. */
const certain = records.filter(({ key }) => (expected.get(key)?.[1] ?? 0) > 0.95).slice(0, 10);
const others = records.filter(({ key }) => (expected.get(key)?.[1] ?? 1) < 0.5).slice(0, 10);

function page(): string {
  return codeBlocks(readPage(PAGE)).find(({ shows }) => shows?.endsWith('page.html'))?.code ?? '';
}

/** A command of the page, against our gateway: what it has printed so far. */
function run(command: string): () => string {
  const script = command.replaceAll(GATEWAY, stack.gateway.url);
  const child = spawn('sh', ['-c', `exec ${script}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(child);
  let printed = '';
  child.stdout.on('data', (text: Buffer) => (printed += text.toString()));
  return () => printed;
}

async function put(key: string, values: unknown): Promise<{ label: string; score: number }> {
  const written = await stack.api<{ prediction: { label: string; score: number } }>(
    'PUT',
    `/v1/streams/phishing/records/${key}?wait=20000`,
    values,
  );
  return written.prediction;
}

beforeAll(async () => {
  pages = createServer((_, response) => void response.setHeader('content-type', 'text/html').end(page()));
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  stack = await FeedStack.start({}, { NEARSCORE_CORS_ORIGINS: origin, NEARSCORE_MAX_UNSCORED_AGE_SECONDS: '0' });
  await stack.deploy('phishing');
}, 120_000);

afterAll(async () => {
  for (const child of running) child.kill();
  await stack?.stop();
  pages?.close();
});

describe(`docs/${PAGE}`, () => {
  test('has three commands', () => expect(commands).toHaveLength(3));

  test('its first command listens, its second resumes from the oldest by filters as CloudEvents, its third exports', async () => {
    const listening = run(commands[0]?.code ?? '');
    await eventually(() => expect(listening()).toMatch(/^retry: 1000\nid: [\w-]+\n\n$/));
    const told = await Promise.all(
      [...certain, ...others].map(async ({ key, values }) => ({ key, ...(await put(key, values)) })),
    );
    await eventually(() => expect(listening().match(/^event: prediction$/gm)).toHaveLength(told.length));

    const wanted = told.filter(({ label, score }) => label === 'phishing' && score >= 0.9);
    expect(wanted.length).toBeGreaterThan(0);
    const filtered = run(commands[1]?.code ?? '');
    const subjects = (): unknown[] =>
      [...filtered().matchAll(/^data: (.*)$/gm)].map(
        ([, data = '']) => (JSON.parse(data) as { subject: unknown }).subject,
      );
    await eventually(() => expect(subjects().sort()).toEqual(wanted.map(({ key }) => key).sort()));

    const exported = run(commands[2]?.code ?? '');
    await eventually(() => expect(exported()).toContain('"done":true'));
    const last = JSON.parse(exported().trim().split('\n').pop() ?? '') as { entries: number; lastEventId: string };
    expect(last).toEqual({ done: true, entries: told.length, lastEventId: expect.stringMatching(/^[\w-]+$/) });
    const url = stack.listenUrl('phishing', `?lastEventId=${last.lastEventId}`);
    const after = run(`curl -sS -N '${url}'`);
    await put('after-the-export', certain[0]?.values);
    await eventually(() => expect(after()).toContain('"after-the-export"'));
  });

  describe('in a browser', () => {
    let browser: Browser;

    beforeAll(async () => {
      const { executablePath, env } = await chromiumBinary();
      // Our own page alone is opened, and a sandbox needs rights that containers do not give.
      browser = await chromium.launch({ executablePath, env: { ...process.env, ...env }, chromiumSandbox: false });
    }, FETCH_TIMEOUT_MS);

    afterAll(() => browser?.close());

    test('its page shows what it is told, also after the gateway was killed', async () => {
      const opened = await browser.newPage();
      await opened.goto(`${origin}?gateway=${stack.gateway.url}`);
      const state = () => opened.locator('#state').textContent();
      const shown = () => opened.locator('#predictions li').allTextContents();
      await eventually(async () => expect(await state()).toBe('listening'));
      const values = certain[0]?.values;
      const { score } = await put('in-the-page', values);
      expect(score).toBeGreaterThanOrEqual(0.9);
      await eventually(async () => expect(await shown()).toEqual([`in-the-page ${score.toFixed(3)}`]));
      await stack.gateway.kill();
      await stack.restartGateway();
      await put('meanwhile', values);
      await eventually(async () => expect((await shown())[1]).toContain('meanwhile'), { timeoutMs: 20_000 });
      await stack.gateway.stop();
      await eventually(async () => expect(await state()).not.toBe('listening'));
    });
  });
});
