import { Agent, type ClientRequest, get, type IncomingMessage } from 'node:http';
import { EventCount } from './event-count';

/** Listeners to all predictions of a stream, in this process, which nobody meters. They count, and read nothing else. */
export class ListenerCrowd {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly requests: ClientRequest[] = [];
  private readonly counts: EventCount[] = [];

  /** Resolves when all of them are heard by the gateway. @param url of the stream's predictions */
  static async open(url: string, listeners: number): Promise<ListenerCrowd> {
    const crowd = new ListenerCrowd();
    try {
      await Promise.all(Array.from({ length: listeners }, () => crowd.join(url)));
    } catch (error) {
      crowd.close();
      throw error;
    }
    return crowd;
  }

  /** Predictions that each was told of so far. */
  get told(): number[] {
    return this.counts.map(({ count }) => count);
  }

  close(): void {
    for (const request of this.requests) request.destroy();
    this.agent.destroy();
  }

  private async join(url: string): Promise<void> {
    const response = await this.request(url);
    if (response.statusCode !== 200) throw new Error(`A listener was answered ${response.statusCode}`);
    const count = new EventCount('event: prediction\n');
    this.counts.push(count);
    // Whoever is dropped is told no more, and that shows in what it was told of.
    response.on('error', () => undefined);
    // The answer's first text: from there on it follows the stream.
    await new Promise<void>((resolve) => {
      response.once('data', () => resolve());
      response.on('data', (chunk: Buffer) => count.add(chunk));
    });
  }

  private request(url: string): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = get(url, { agent: this.agent, headers: { accept: 'text/event-stream' } }, resolve);
      request.on('error', reject);
      this.requests.push(request);
    });
  }
}
