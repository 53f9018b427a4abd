import {
  freePort,
  type MemberSettings,
  startGateway,
  startMember,
  startNode,
  type TestApp,
  type TestMember,
} from '@nearscore/testkit';
import { callApi, deployExample, type Stack } from './stack';

type Environment = Readonly<Record<string, string>>;

/** A member, a node, and gateways that come and go. Redis is not needed to listen. */
export class FeedStack {
  private readonly processes: { stop(): Promise<void> }[] = [];
  node!: TestApp;
  gateway!: TestApp;

  private constructor(
    readonly member: TestMember,
    private readonly env: Environment,
  ) {}

  static async start(settings: MemberSettings = {}, env: Environment = {}): Promise<FeedStack> {
    const member = await startMember(settings);
    const stack = new FeedStack(member, {
      NEARSCORE_GRID_MEMBERS: member.address,
      NEARSCORE_GRID_CLUSTER: member.clusterName,
      REDIS_URL: 'redis://127.0.0.1:1',
      ...env,
    });
    const port = String(await freePort());
    [stack.gateway] = await Promise.all([stack.startGateway({ NEARSCORE_GATEWAY_PORT: port }), stack.startNode()]);
    return stack;
  }

  async startNode(): Promise<void> {
    this.node = await startNode(this.env);
    this.processes.unshift(this.node);
  }

  /** Another one, connected to the grid. */
  async startGateway(env: Environment = {}): Promise<TestApp> {
    const gateway = await startGateway({ ...this.env, ...env });
    this.processes.unshift(gateway);
    return gateway;
  }

  /** The same one again, at its port. */
  async restartGateway(): Promise<void> {
    this.gateway = await this.startGateway({ NEARSCORE_GATEWAY_PORT: String(this.gateway.port) });
  }

  api<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    return callApi<T>(this.gateway.url, method, path, body);
  }

  deploy(stream: string): Promise<void> {
    const api: Stack['api'] = (method, path, body) => this.api(method, path, body);
    return deployExample(this.gateway.url, api, { name: 'phishing', version: 1, stream });
  }

  /** The address at which one listens. */
  listenUrl(stream: string, query = '', gateway = this.gateway): string {
    return `${gateway.url}/v1/streams/${stream}/predictions${query}`;
  }

  /** A sample of a gateway's metrics; undefined when there is none. */
  async metric(name: string, labels: string, gateway = this.gateway): Promise<number | undefined> {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    const line = text.split('\n').find((one) => one.startsWith(`${name}{${labels}} `));
    return line === undefined ? undefined : Number(line.split(' ').pop());
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()));
    await this.member.stop();
  }
}
