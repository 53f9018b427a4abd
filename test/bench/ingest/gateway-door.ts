import { Agent, request } from 'node:http';
import { Readable } from 'node:stream';
import { KEYS, featuresOf, keyOf, RECORDS_PER_CALL } from '../load/record-pool';

/** What float32 needs. */
const DIGITS = 7;

/** A gateway, as those see it who have no grid client. */
export class GatewayDoor {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });
  private readonly values = Array.from({ length: KEYS }, (_, index) => JSON.stringify(namedFeatures(index)));
  private readonly runs = Array.from({ length: KEYS / RECORDS_PER_CALL }, (_, run) => this.linesOf(run));

  constructor(private readonly recordsUrl: string) {}

  /** One record in a request of its own. */
  async put(index: number): Promise<void> {
    const key = index % KEYS;
    await this.send('PUT', `/${keyOf(key)}`, 'application/json', Readable.from([Buffer.from(this.values[key] ?? '')]));
  }

  /** Thousands of records, run by run of 1,000, in one request of NDJSON. */
  async importRuns(runs: number): Promise<void> {
    const chunks = Array.from({ length: runs }, (_, run) => this.runs[run % this.runs.length] ?? Buffer.alloc(0));
    const answer = await this.send('POST', '', 'application/x-ndjson', Readable.from(chunks));
    const { written } = JSON.parse(answer) as { written?: number };
    if (written !== runs * RECORDS_PER_CALL) throw new Error(`The import answered ${answer.slice(0, 500)}`);
  }

  close(): void {
    this.agent.destroy();
  }

  private linesOf(run: number): Buffer {
    const first = run * RECORDS_PER_CALL;
    const lines = Array.from({ length: RECORDS_PER_CALL }, (_, index) => {
      return `{"key":"${keyOf(first + index)}","value":${this.values[first + index]}}\n`;
    });
    return Buffer.from(lines.join(''));
  }

  private send(method: string, path: string, type: string, body: Readable): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { method, agent: this.agent, headers: { 'content-type': type } };
      const call = request(`${this.recordsUrl}${path}`, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if ((response.statusCode ?? 500) < 300) resolve(text);
          else reject(new Error(`${method} answered ${response.statusCode}: ${text.slice(0, 500)}`));
        });
      });
      call.on('error', reject);
      body.pipe(call);
    });
  }
}

function namedFeatures(index: number): Record<string, number> {
  const numbers = featuresOf(index).map((value) => Number(value.toPrecision(DIGITS)));
  return Object.fromEntries(numbers.map((value, feature) => [`f${String(feature).padStart(2, '0')}`, value]));
}
