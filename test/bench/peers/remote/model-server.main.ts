/** A small model server: the Open Inference Protocol over gRPC, one model, ONNX Runtime with one thread. */
import { type sendUnaryData, Server, ServerCredentials, type ServerUnaryCall, status } from '@grpc/grpc-js';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { loadSession } from '../batch-scorer';
import { type PeerModel } from '../peer-model';
import { loadInferenceService, type ModelInferRequest, type ModelInferResponse, toFloats, toRaw } from './model-infer';

const VERSION = '1';
const NO_INPUT = { name: '', datatype: '', shape: [] as readonly number[] };

interface ServerSetup {
  /** host:port */
  readonly address: string;
  readonly model: PeerModel;
}

type InferCall = ServerUnaryCall<ModelInferRequest, ModelInferResponse>;

async function main({ address, model }: ServerSetup): Promise<void> {
  const session = await loadSession(model);
  const server = new Server();
  const ModelInfer = ({ request }: InferCall, answer: sendUnaryData<ModelInferResponse>): void => {
    infer(session, model, request).then((response) => answer(null, response), answer);
  };
  server.addService({ ...loadInferenceService() }, { ModelInfer });
  await new Promise<void>((resolve, reject) =>
    server.bindAsync(address, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve())),
  );
  process.stdout.write('ready\n');
}

async function infer(session: InferenceSession, model: PeerModel, request: ModelInferRequest) {
  const tensor = inputTensor(model, request);
  const output = await session.run({ [model.input]: tensor }, [model.output]);
  const { dims: shape, data } = output[model.output] as Tensor;
  return {
    model_name: model.name,
    model_version: VERSION,
    outputs: [{ name: model.output, datatype: 'FP32', shape }],
    raw_output_contents: [toRaw(data as Float32Array)],
  };
}

/** Refuses what the model does not take. */
function inputTensor({ name, input, output, features }: PeerModel, request: ModelInferRequest): Tensor {
  const { model_name: asked, inputs, outputs, raw_input_contents: raw } = request;
  if (asked !== name) throw refusal(status.NOT_FOUND, `Request for unknown model: '${asked}' is not found`);
  if (outputs.some((wanted) => wanted.name !== output))
    throw refusal(status.INVALID_ARGUMENT, `only ${output} is given`);
  const [{ name: given, datatype, shape: [rows = 0, columns] } = NO_INPUT] = inputs;
  const [bytes = Buffer.alloc(0)] = raw;
  if (given !== input || datatype !== 'FP32' || columns !== features || bytes.length !== rows * features * 4)
    throw refusal(status.INVALID_ARGUMENT, `${input} must be raw FP32 of shape [rows, ${features}]`);
  return new Tensor('float32', toFloats(bytes), [rows, features]);
}

function refusal(code: status, message: string): Error {
  return Object.assign(new Error(message), { code });
}

void main(JSON.parse(process.argv[2] ?? '{}') as ServerSetup);
