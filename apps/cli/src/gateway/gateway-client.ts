import { messageOf } from '@nearscore/errors';
import { GatewayAnswerError } from './gateway.errors';

export interface RecordItem {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export interface PredictionAnswer {
  readonly key: string;
  readonly score: number;
  readonly label: string | null;
  readonly model: string;
  readonly version: number;
  readonly epoch: number;
  /** ISO 8601 */
  readonly scoredAt: string;
}

export interface DeploymentAnswer {
  readonly model: string;
  readonly version: number;
  readonly epoch: number;
}

const REQUEST_TIMEOUT_MS = 60_000;

/** The part of the gateway's API that the command line needs. Every method throws GatewayAnswerError. */
export class GatewayClient {
  constructor(private readonly baseUrl: string) {}

  async putModelVersion(model: string, version: number, onnx: Uint8Array, config: unknown): Promise<void> {
    const form = new FormData();
    form.set('model', new Blob([onnx]), 'model.onnx');
    form.set('config', JSON.stringify(config));
    await this.ask('PUT', `v1/models/${model}/versions/${version}`, form);
  }

  /** What is deployed to the stream; undefined = nothing. */
  async deploymentOf(stream: string): Promise<DeploymentAnswer | undefined> {
    try {
      const answer = (await this.ask('GET', `v1/streams/${stream}`)) as { deployment: DeploymentAnswer };
      return answer.deployment;
    } catch (error) {
      if (error instanceof GatewayAnswerError && error.status === 404) return undefined;
      throw error;
    }
  }

  async deploy(stream: string, model: string, version: number): Promise<void> {
    await this.ask('PUT', `v1/streams/${stream}`, { model, version });
  }

  async writeRecords(stream: string, records: readonly RecordItem[]): Promise<void> {
    await this.ask('POST', `v1/streams/${stream}/records`, records);
  }

  /** Undefined = not scored yet. */
  async prediction(stream: string, key: string): Promise<PredictionAnswer | undefined> {
    try {
      const path = `v1/streams/${stream}/predictions/${encodeURIComponent(key)}`;
      return (await this.ask('GET', path)) as PredictionAnswer;
    } catch (error) {
      if (error instanceof GatewayAnswerError && error.code === 'PREDICTION_NOT_FOUND') return undefined;
      throw error;
    }
  }

  /** Whether the gateway has found the grid; what it says when not. */
  reachesGrid(): Promise<true | string> {
    return this.succeeds('v1/streams');
  }

  /** Whether a record written now would be scored; what is missing when not. */
  isReady(): Promise<true | string> {
    return this.succeeds('health/ready');
  }

  private async succeeds(path: string): Promise<true | string> {
    try {
      await this.ask('GET', path);
      return true;
    } catch (error) {
      return messageOf(error);
    }
  }

  private async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const isForm = body instanceof FormData;
    const response = await fetch(`${this.baseUrl}/${path}`, {
      method,
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
      ...(body !== undefined && !isForm && { headers: { 'content-type': 'application/json' } }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new GatewayAnswerError(response.status, errorIn(text));
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }
}

function errorIn(text: string): { code?: string; message?: string } {
  try {
    return (JSON.parse(text) as { error?: { code?: string; message?: string } }).error ?? {};
  } catch {
    return {};
  }
}
