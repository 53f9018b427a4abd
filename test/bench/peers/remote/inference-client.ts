import { Client, credentials } from '@grpc/grpc-js';
import { type PeerModel } from '../peer-model';
import { loadInferenceService, type ModelInferResponse, toFloats, toRaw } from './model-infer';

const CONNECT_TIMEOUT_MS = 30_000;
const CALL_TIMEOUT_MS = 10_000;

/** Calls a server of the Open Inference Protocol, for one model. */
export class InferenceClient {
  private readonly method = loadInferenceService().ModelInfer;

  private constructor(
    private readonly client: Client,
    private readonly model: PeerModel,
  ) {}

  static async connect(address: string, model: PeerModel): Promise<InferenceClient> {
    const client = new Client(address, credentials.createInsecure());
    await new Promise<void>((resolve, reject) =>
      client.waitForReady(Date.now() + CONNECT_TIMEOUT_MS, (error) => (error ? reject(error) : resolve())),
    );
    return new InferenceClient(client, model);
  }

  /** The scores of so many rows of features, in one call. */
  async scores(rows: Float32Array): Promise<Float32Array> {
    const { name, input, output, column, features } = this.model;
    const { raw_output_contents: raw } = await this.call({
      model_name: name,
      inputs: [{ name: input, datatype: 'FP32', shape: [rows.length / features, features] }],
      outputs: [{ name: output }],
      raw_input_contents: [toRaw(rows)],
    });
    return columnOf(toFloats(raw[0] ?? Buffer.alloc(0)), column, rows.length / features);
  }

  close(): void {
    this.client.close();
  }

  private call(request: Parameters<typeof this.method.requestSerialize>[0]): Promise<ModelInferResponse> {
    const { path, requestSerialize, responseDeserialize } = this.method;
    const options = { deadline: Date.now() + CALL_TIMEOUT_MS };
    return new Promise((resolve, reject) =>
      this.client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, options, (error, response) =>
        response ? resolve(response) : reject(error ?? new Error(`${path} answered nothing`)),
      ),
    );
  }
}

function columnOf(values: Float32Array, column: number, rows: number): Float32Array {
  const columns = values.length / rows;
  return Float32Array.from({ length: rows }, (_, row) => values[row * columns + column] ?? NaN);
}
