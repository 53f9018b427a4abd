import { type GraphTrail, quoted } from './graph-trail';
import { MessageCursor } from './message-cursor';
import { DIMENSION, SHAPE, TENSOR_TYPE, TYPE, VALUE_INFO } from './onnx-schema';

const MAX_ELEMENTS = 2n ** 31n;
const MAX_RANK = 64;

/** Refuses an input or output of the graph whose declared dimensions no tensor can have. */
export function checkValueShape(what: 'input' | 'output', message: Uint8Array, trail: GraphTrail): void {
  let name = '';
  trail.within(
    () => `${what} ${quoted(name)}`,
    () => {
      for (const cursor = new MessageCursor(message); cursor.next();) {
        if (cursor.field === VALUE_INFO.name) name = cursor.text();
        else if (cursor.field === VALUE_INFO.type) checkDims(dimsOfType(cursor.bytes()), trail);
      }
    },
  );
}

function checkDims(dims: readonly bigint[], trail: GraphTrail): void {
  const impossible = dims.find((size) => size < 1n);
  if (impossible !== undefined)
    trail.refuse('shape', `a dimension is ${impossible}; leave it open or let it be positive`);
  if (dims.length > MAX_RANK) trail.refuse('shape', `it has more than ${MAX_RANK} dimensions`);
  const elements = dims.reduce((product, size) => product * size, 1n);
  if (elements > MAX_ELEMENTS) trail.refuse('shape', `its dimensions say ${elements} elements for one row`);
}

/** The known dimensions of a tensor; none of other types. */
function dimsOfType(message: Uint8Array): bigint[] {
  const tensor = last(message, TYPE.tensor);
  const shape = tensor && last(tensor, TENSOR_TYPE.shape);
  const dims: bigint[] = [];
  if (!shape) return dims;
  for (const cursor = new MessageCursor(shape); cursor.next() && dims.length <= MAX_RANK;) {
    if (cursor.field !== SHAPE.dim) continue;
    for (const dim = new MessageCursor(cursor.bytes()); dim.next();) {
      if (dim.field === DIMENSION.value) dims.push(dim.integer());
    }
  }
  return dims;
}

function last(message: Uint8Array, field: number): Uint8Array | undefined {
  let found: Uint8Array | undefined;
  for (const cursor = new MessageCursor(message); cursor.next();) {
    if (cursor.field === field) found = cursor.bytes();
  }
  return found;
}
