import { messageOf } from '@nearscore/errors';
import {
  createInputRows,
  type InputRows,
  type ModelConfig,
  type ModelSignature,
  type OutputColumns,
} from '@nearscore/records';
import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { ModelLoadError, ModelRunError } from '../inference.errors';
import { outputColumnsOf } from './output-columns';
import { failingOperator } from './run-failure';
import { signatureOf } from './session-signature';
import { tensorOf } from './tensor-view';

// One thread per lane: lanes are the parallelism, and a pool per session would fight them for the cores.
const OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  executionMode: 'sequential',
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  // Fatal only: at 'error' ONNX Runtime prints failing runs to stderr, with values of the record.
  logSeverityLevel: 4,
};

export async function loadOnnxSession(onnx: Uint8Array): Promise<OnnxSession> {
  const session = await loadSession(onnx);
  try {
    return new OnnxSession(session, signatureOf(session));
  } catch (error) {
    await session.release();
    throw error;
  }
}

async function loadSession(onnx: Uint8Array): Promise<InferenceSession> {
  // The native binding takes no shared memory.
  const bytes = onnx.buffer instanceof SharedArrayBuffer ? Uint8Array.from(onnx) : onnx;
  try {
    return await InferenceSession.create(bytes, OPTIONS);
  } catch (error) {
    throw new ModelLoadError(messageOf(error), error);
  }
}

class OnnxSession {
  constructor(
    private readonly session: InferenceSession,
    readonly signature: ModelSignature,
  ) {}

  async run(inputs: readonly InputRows[], count: number, start = 0): Promise<OutputColumns> {
    const feeds: Record<string, Tensor> = {};
    for (const rows of inputs) feeds[rows.name] = tensorOf(rows, this.shapeOf(rows.name), start, count);
    try {
      return outputColumnsOf(await this.session.run(feeds));
    } catch (error) {
      throw new ModelRunError(failingOperator(messageOf(error)));
    }
  }

  async warmUp(config: ModelConfig, batchSizes: readonly number[]): Promise<void> {
    const rows = createInputRows(config, Math.max(1, ...batchSizes));
    for (const size of batchSizes) await this.run(rows, size).catch(ignoreRunError);
  }

  release(): Promise<void> {
    return this.session.release();
  }

  private shapeOf(input: string): readonly (number | null)[] {
    return this.signature.inputs.find(({ name }) => name === input)?.shape ?? [];
  }
}

function ignoreRunError(error: unknown): void {
  if (!(error instanceof ModelRunError)) throw error;
}
