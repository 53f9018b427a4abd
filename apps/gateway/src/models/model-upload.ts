import { type Multipart, type MultipartFile } from '@fastify/multipart';
import { NearscoreError } from '@nearscore/errors';
import { parseJsonBody } from '../http/json-body';
import { type JsonLimits } from '../http/json-scanner';
import { ModelTooLargeError, ModelUploadError } from './model.errors';

export interface ModelUploadLimits extends JsonLimits {
  readonly maxModelBytes: number;
  readonly maxBodyBytes: number;
}

export interface ModelUpload {
  readonly onnx: Buffer;
  /** model.json as it came: JSON, not yet checked. */
  readonly config: unknown;
  /** golden.json as it came. */
  readonly golden?: unknown;
  /** What the uploader says the ONNX file's checksum is, in lower case. */
  readonly sha256?: string;
}

const PARTS = ['model', 'config', 'golden', 'sha256'];

/**
 * Reads the parts `model` (the ONNX file), `config` (model.json) and, if given, `golden` (golden.json) and `sha256`, each
 * once; all but the model as a file or a field.
 */
export async function readModelUpload(
  parts: AsyncIterable<Multipart>,
  limits: ModelUploadLimits,
): Promise<ModelUpload> {
  const read = await readParts(parts, limits).catch((error: unknown) => {
    throw error instanceof NearscoreError ? error : new ModelUploadError('The multipart body cannot be read.', error);
  });
  const onnx = read.get('model');
  const config = read.get('config');
  if (!onnx?.length || config === undefined)
    throw new ModelUploadError('The parts "model" and "config" are both needed.');
  const golden = read.get('golden');
  const sha256 = read.get('sha256');
  return {
    ...{ onnx, config: parseJsonBody(config, limits) },
    ...(golden && { golden: parseJsonBody(golden, limits) }),
    ...(sha256 && { sha256: parseSha256(sha256) }),
  };
}

async function readParts(parts: AsyncIterable<Multipart>, limits: ModelUploadLimits): Promise<Map<string, Buffer>> {
  const read = new Map<string, Buffer>();
  for await (const part of parts) {
    if (!PARTS.includes(part.fieldname)) {
      throw new ModelUploadError(`A part is none of ${PARTS.map((name) => `"${name}"`).join(', ')}.`);
    }
    if (read.has(part.fieldname)) throw new ModelUploadError(`The part "${part.fieldname}" is given twice.`);
    read.set(part.fieldname, await readPart(part, limits));
  }
  return read;
}

async function readPart(part: Multipart, limits: ModelUploadLimits): Promise<Buffer> {
  if (part.type === 'file')
    return readFile(part, part.fieldname === 'model' ? limits.maxModelBytes : limits.maxBodyBytes);
  if (part.fieldname === 'model') throw new ModelUploadError('The part "model" must be a file.');
  if (part.valueTruncated) throw new ModelUploadError(`The part "${part.fieldname}" is too large.`);
  return Buffer.from(String(part.value), 'utf8');
}

async function readFile({ file }: MultipartFile, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of file as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw new ModelTooLargeError(maxBytes);
    chunks.push(chunk);
  }
  if (file.truncated) throw new ModelTooLargeError(maxBytes);
  return Buffer.concat(chunks, length);
}

function parseSha256(text: Buffer): string {
  const digits = text.toString('latin1').trim().toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return digits;
  throw new ModelUploadError('The part "sha256" is 64 hexadecimal digits.');
}
