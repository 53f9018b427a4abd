import { modelUpload } from '../../../fixtures/http/gateway-calls';
import { ODD_MODELS } from '../../../fixtures/models/odd-models';
import { REFUSED_MODELS } from '../../../fixtures/models/refused-models';
import { exampleVersion } from '../models/version-answers';

/** What the gateway is sent, and how it must answer. */
export interface HostileFile {
  readonly what: string;
  readonly onnx: Uint8Array;
  readonly config: unknown;
  readonly sha256?: string;
  readonly answer: RefusalAnswer;
}

export interface RefusalAnswer {
  readonly status: number;
  readonly code: string | undefined;
  readonly reason: string | undefined;
}

/** All that the suites know: refused for what they look like, for what they do when they run, and for their checksum. */
export function hostileFiles(): HostileFile[] {
  const looks = REFUSED_MODELS.map((file) => ({ ...file, config: {} }));
  const files = [...ODD_MODELS, ...looks].map(({ what, onnx, config = {}, reason }) => {
    return { what, onnx: onnx(), config, answer: { status: 422, code: 'MODEL_REFUSED', reason } };
  });
  const { onnx, json: config } = exampleVersion(1);
  const answer = { status: 422, code: 'MODEL_REFUSED', reason: 'checksum' };
  return [...files, { what: 'another file than was sent', onnx, config, sha256: '0'.repeat(64), answer }];
}

export function uploadOf({ onnx, config, sha256 }: HostileFile): FormData {
  return modelUpload(onnx, config, sha256 === undefined ? {} : { sha256 });
}

export function isSame(a: RefusalAnswer, b: RefusalAnswer): boolean {
  return a.status === b.status && a.code === b.code && a.reason === b.reason;
}
