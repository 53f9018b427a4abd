import { createHash } from 'node:crypto';
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
  /** Of the ONNX file. */
  readonly sha256: string;
  /** model.json as it came: JSON, not yet checked. */
  readonly config: unknown;
  /** golden.json as it came. */
  readonly golden?: unknown;
  /** What the uploader says the ONNX file's checksum is, in lower case. */
  readonly expectedSha256?: string;
}

interface ReadPart {
  readonly bytes: Buffer;
  /** Of a file. */
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
  const { bytes: onnx, sha256 } = read.get('model') ?? {};
  const config = read.get('config')?.bytes;
  if (!onnx?.length || sha256 === undefined || config === undefined)
    throw new ModelUploadError('The parts "model" and "config" are both needed.');
  const golden = read.get('golden')?.bytes;
  const expected = read.get('sha256')?.bytes;
  return {
    ...{ onnx, sha256, config: parseJsonBody(config, limits) },
    ...(golden && { golden: parseJsonBody(golden, limits) }),
    ...(expected && { expectedSha256: parseSha256(expected) }),
  };
}

async function readParts(parts: AsyncIterable<Multipart>, limits: ModelUploadLimits): Promise<Map<string, ReadPart>> {
  const read = new Map<string, ReadPart>();
  for await (const part of parts) {
    if (!PARTS.includes(part.fieldname)) {
      throw new ModelUploadError(`A part is none of ${PARTS.map((name) => `"${name}"`).join(', ')}.`);
    }
    if (read.has(part.fieldname)) throw new ModelUploadError(`The part "${part.fieldname}" is given twice.`);
    read.set(part.fieldname, await readPart(part, limits));
  }
  return read;
}

async function readPart(part: Multipart, limits: ModelUploadLimits): Promise<ReadPart> {
  if (part.type === 'file')
    return readFile(part, part.fieldname === 'model' ? limits.maxModelBytes : limits.maxBodyBytes);
  if (part.fieldname === 'model') throw new ModelUploadError('The part "model" must be a file.');
  if (part.valueTruncated) throw new ModelUploadError(`The part "${part.fieldname}" is too large.`);
  return { bytes: Buffer.from(String(part.value), 'utf8') };
}

async function readFile({ file }: MultipartFile, maxBytes: number): Promise<ReadPart> {
  const chunks: Buffer[] = [];
  // Piece by piece as they come: of a large file at once it would hold every other request up.
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of file as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw new ModelTooLargeError(maxBytes);
    hash.update(chunk);
    chunks.push(chunk);
  }
  if (file.truncated) throw new ModelTooLargeError(maxBytes);
  return { bytes: Buffer.concat(chunks, length), sha256: hash.digest('hex') };
}

function parseSha256(text: Buffer): string {
  const digits = text.toString('latin1').trim().toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return digits;
  throw new ModelUploadError('The part "sha256" is 64 hexadecimal digits.');
}
