import { type GraphTrail, quoted } from './graph-trail';
import { MessageCursor } from './message-cursor';
import { ELEMENT, ELEMENT_BITS, SPARSE_TENSOR, TENSOR } from './onnx-schema';

export interface ScannedTensor {
  readonly name: string;
  readonly byteLength: number;
  /** Of a short list of integers, as shapes are. */
  readonly integers: readonly bigint[] | undefined;
}

interface TensorParts {
  name: string;
  dataType: number;
  dims: bigint[];
  raw: Uint8Array | undefined;
  /** Bytes of all typed data together. */
  typedBytes: number;
  strings: number;
  /** More than MAX_SHAPE: too many to be a shape. */
  readonly integers: bigint[];
}

const EXTERNAL = 1n;
const MAX_RANK = 64;
/** More than so many are no shape. */
export const MAX_SHAPE = 64;
const MAX_SHAPE_BYTES = 10 * MAX_SHAPE;
/** Where small elements are packed, a byte of typed data holds at most so many. */
const MAX_ELEMENTS_PER_BYTE = 4n;

/** Reads a TensorProto: refuses external data, dims that cannot be, and dims that say other than the data. */
export function scanTensor(message: Uint8Array, trail: GraphTrail): ScannedTensor {
  const parts: TensorParts = {
    name: '',
    dataType: 0,
    dims: [],
    raw: undefined,
    typedBytes: 0,
    strings: 0,
    integers: [],
  };
  let tensor: ScannedTensor | undefined;
  trail.within(
    () => `tensor ${quoted(parts.name)}`,
    () => {
      for (const cursor = new MessageCursor(message); cursor.next();) readField(cursor, parts, trail);
      checkElements(parts, trail);
      const byteLength = parts.typedBytes + (parts.raw?.length ?? 0);
      tensor = { name: parts.name, byteLength, integers: shortIntegers(parts) };
    },
  );
  return tensor!;
}

/** Reads a SparseTensorProto; ONNX Runtime makes a dense tensor of its dims. */
export function scanSparseTensor(message: Uint8Array, maxElements: number, trail: GraphTrail): ScannedTensor {
  const dims: bigint[] = [];
  let name = '';
  let byteLength = 0;
  const part = (bytes: Uint8Array): ScannedTensor => {
    const tensor = scanTensor(bytes, trail);
    byteLength += tensor.byteLength;
    return tensor;
  };
  for (const cursor = new MessageCursor(message); cursor.next();) {
    if (cursor.field === SPARSE_TENSOR.values) name = part(cursor.bytes()).name;
    else if (cursor.field === SPARSE_TENSOR.indices) part(cursor.bytes());
    else if (cursor.field === SPARSE_TENSOR.dims) pushDims(dims, cursor, trail);
  }
  const elements = elementsOf(dims, trail);
  if (elements > maxElements) {
    trail.refuse('constant', `sparse tensor ${quoted(name)} would become ${elements} elements, at most ${maxElements}`);
  }
  return { name, byteLength, integers: undefined };
}

/** Product of the dims; refuses negative ones. */
export function elementsOf(dims: readonly bigint[], trail: GraphTrail): bigint {
  const negative = dims.find((size) => size < 0n);
  if (negative !== undefined) trail.refuse('tensor', `a dimension is ${negative}`);
  return dims.reduce((product, size) => product * size, 1n);
}

function readField(cursor: MessageCursor, parts: TensorParts, trail: GraphTrail): void {
  switch (cursor.field) {
    case TENSOR.name:
      parts.name = cursor.text();
      return;
    case TENSOR.dataType:
      parts.dataType = Number(cursor.integer());
      return;
    case TENSOR.dims:
      return pushDims(parts.dims, cursor, trail);
    case TENSOR.rawData:
      parts.raw = cursor.bytes();
      return;
    case TENSOR.externalData:
      return trail.refuse('external-data', 'its data would be read from another file');
    case TENSOR.dataLocation:
      if (cursor.integer() === EXTERNAL) trail.refuse('external-data', 'its data would be read from another file');
      return;
    default:
      readTypedData(cursor, parts);
  }
}

function readTypedData(cursor: MessageCursor, parts: TensorParts): void {
  switch (cursor.field) {
    case TENSOR.int64Data:
    case TENSOR.int32Data:
      return readIntegers(cursor, parts);
    case TENSOR.stringData:
      parts.strings++;
      parts.typedBytes += cursor.size();
      return;
    case TENSOR.floatData:
    case TENSOR.doubleData:
    case TENSOR.uint64Data:
      parts.typedBytes += cursor.size();
  }
}

/** Adds a repeated integer's values while they may still be a shape; past that one too many stays. */
export function pushShort(integers: bigint[], cursor: MessageCursor): void {
  if (integers.length > MAX_SHAPE) return;
  if (cursor.size() > MAX_SHAPE_BYTES) integers.length = MAX_SHAPE + 1;
  else integers.push(...cursor.integers());
}

/** Kept only while they may be a shape: a weight of millions is counted, not read. */
function readIntegers(cursor: MessageCursor, parts: TensorParts): void {
  parts.typedBytes += cursor.size();
  pushShort(parts.integers, cursor);
}

function pushDims(dims: bigint[], cursor: MessageCursor, trail: GraphTrail): void {
  for (const size of cursor.integers()) {
    dims.push(size);
    if (dims.length > MAX_RANK) trail.refuse('tensor', `it has more than ${MAX_RANK} dimensions`);
  }
}

function checkElements({ dims, dataType, raw, typedBytes, strings }: TensorParts, trail: GraphTrail): void {
  const elements = elementsOf(dims, trail);
  const says = `its dimensions [${dims.join(', ')}] say ${elements} elements`;
  const bits = ELEMENT_BITS[dataType];
  if (dataType === ELEMENT.string) {
    if (elements !== BigInt(strings)) trail.refuse('tensor', `${says}, its data are ${strings} texts`);
  } else if (bits === undefined) trail.refuse('tensor', `its data type ${dataType} is unknown`);
  else if (raw) {
    const expected = (elements * BigInt(bits) + 7n) / 8n;
    if (expected !== BigInt(raw.length)) trail.refuse('tensor', `${says}, its data are ${raw.length} bytes`);
  } else if (elements > MAX_ELEMENTS_PER_BYTE * BigInt(typedBytes)) {
    trail.refuse('tensor', `${says}, its data are ${typedBytes} bytes`);
  }
}

function shortIntegers({ dataType, dims, raw, integers }: TensorParts): readonly bigint[] | undefined {
  if (dims.length > 1 || (dataType !== ELEMENT.int64 && dataType !== ELEMENT.int32)) return undefined;
  if (!raw) return integers.length <= MAX_SHAPE ? integers : undefined;
  const size = dataType === ELEMENT.int64 ? 8 : 4;
  if (raw.length > MAX_SHAPE * size) return undefined;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Array.from({ length: raw.length / size }, (_, index) =>
    size === 8 ? view.getBigInt64(index * 8, true) : BigInt(view.getInt32(index * 4, true)),
  );
}
