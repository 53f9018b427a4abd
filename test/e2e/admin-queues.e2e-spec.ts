import { chromiumBinary, eventually, freePort, startGateway, startRedis, type TestApp } from '@nearscore/testkit';
import { chromium } from 'playwright-core';
import { type Stack, startStack } from './stack';

jest.setTimeout(120_000);

const BOARD = '/admin/queues';

interface Board {
  readonly queues: readonly {
    readonly name: string;
    readonly readOnlyMode: boolean;
    readonly hasWorkers: boolean;
    readonly isPaused: boolean;
  }[];
}

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

const ask = (path: string, init?: RequestInit, { url }: TestApp = stack.gateway): Promise<Response> =>
  fetch(`${url}${BOARD}${path}`, init);
const queues = async (): Promise<Board['queues']> => ((await (await ask('/api/queues')).json()) as Board).queues;

describe('/admin/queues', () => {
  it('shows the queues that all share, and that of each node', async () => {
    await eventually(async () => {
      const shown = await queues();
      const node = shown.find(({ name }) => name.startsWith('prepare-'));
      expect(shown.map(({ name }) => name)).toEqual(['rollouts', 'retries', node?.name]);
      expect(node?.name).toMatch(new RegExp(`-${stack.node().port}$`));
      expect(shown.every(({ readOnlyMode }) => readOnlyMode)).toBe(true);
      expect(shown.every(({ hasWorkers }) => hasWorkers)).toBe(true);
    });
  });

  it.each([
    ['PUT', '/api/queues/pause'],
    ['PUT', '/api/queues/retries/pause'],
    ['PUT', '/api/queues/retries/empty'],
    ['PUT', '/api/queues/retries/obliterate'],
    ['POST', '/api/queues/retries/add'],
    ['PUT', '/api/queues/retries/some-job/retry'],
    ['PATCH', '/api/queues/retries/some-job/update-data'],
    ['POST', '/api/queues'],
    ['DELETE', '/'],
  ])('has nothing that %s %s could change', async (method, path) => {
    const init = { method, headers: { 'content-type': 'application/json' }, body: '{}' };
    expect([404, 405]).toContain((await ask(path, init)).status);
    expect((await queues()).some(({ isPaused }) => isPaused)).toBe(false);
  });

  it('lets the page use what is its own, and nothing else', async () => {
    const { headers, status } = await ask('/');
    expect(status).toBe(200);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; /);
    // The gateway's other answers have their own.
    const other = await fetch(`${stack.gateway.url}/health/live`);
    expect(other.headers.get('content-security-policy')).toMatch(/^default-src 'self';/);
  });

  it('is a page that works in a browser under that policy', async () => {
    const { executablePath, env } = await chromiumBinary();
    // As in client-browser: our own page alone is opened.
    const browser = await chromium.launch({ executablePath, env: { ...process.env, ...env }, chromiumSandbox: false });
    try {
      const page = await browser.newPage();
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.goto(`${stack.gateway.url}${BOARD}`);
      await page.getByText('retries').first().waitFor();
      await page.goto(`${stack.gateway.url}${BOARD}/queue/retries`);
      await page.getByText('retries').first().waitFor();
      expect(asked.some((url) => url.includes('/static/js/'))).toBe(true);
      expect(await page.title()).toBe('Nearscore queues');
    } finally {
      await browser.close();
    }
  }, 300_000);

  it('says so when Redis is gone, and shows the queues when it is back', async () => {
    await stack.redis.kill();
    await eventually(async () => {
      const page = await ask('/');
      expect([page.status, await page.text()]).toEqual([503, expect.stringContaining('Redis cannot be reached')]);
    });
    expect((await ask('/api/queues')).status).toBe(503);
    expect((await fetch(`${stack.gateway.url}/health/live`)).status).toBe(200);
    const again = await startRedis({ port: stack.redis.port });
    await eventually(async () => expect(await queues()).toHaveLength(3), { timeoutMs: 30_000 });
    await again.stop();
    expect(stack.gateway.isRunning()).toBe(true);
  });
});

describe('/admin/queues, where Redis was never there or the page is off', () => {
  const env = (settings: Record<string, string>): Record<string, string> => ({
    NEARSCORE_GRID_MEMBERS: stack.member.address,
    NEARSCORE_GRID_CLUSTER: stack.member.clusterName,
    ...settings,
  });

  it('says so, and stops in order', async () => {
    const gateway = await startGateway(env({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` }));
    expect((await ask('/', {}, gateway)).status).toBe(503);
    await gateway.stop();
    expect(await gateway.ended).toBe('code 0');
  });

  it('is not there when it is off', async () => {
    const gateway = await startGateway(env({ REDIS_URL: stack.redis.url, NEARSCORE_ADMIN_QUEUES: 'off' }));
    expect((await ask('/', {}, gateway)).status).toBe(404);
    await gateway.stop();
  });
});
