import { Writer } from 'protobufjs/minimal';
import { MessageCursor } from './graph/message-cursor';
import {
  ATTRIBUTE,
  DIMENSION,
  ELEMENT,
  GRAPH,
  MODEL,
  NODE,
  OPERATOR_SET,
  SHAPE,
  TENSOR_TYPE,
  TYPE,
  VALUE_INFO,
} from './graph/onnx-schema';
import { type Splice } from './splices';

/** An output that was a list of maps from class to probability, and is a tensor of probabilities now. */
export interface LoweredOutput {
  readonly name: string;
  /** The classes in the order of the tensor's columns. */
  readonly classes: readonly (string | bigint)[];
}

export interface Lowering {
  readonly outputs: readonly LoweredOutput[];
  readonly splices: readonly Splice[];
}

interface ZipMap extends LoweredOutput {
  readonly input: string;
  readonly field: Splice;
}

const MAX_CLASSES = 65_536;
/** Of ONNX itself, where a graph is made of ai.onnx.ml alone: Identity has been as it is since version 1. */
const ADDED_OPSET = 13;

/**
 * scikit-learn's and LightGBM's default export ends in ZipMap, which makes sequence(map) of a tensor; neither a batch nor a
 * prediction can be made of that. In its place comes an Identity of the same name and output, so that outputs keep the names
 * they have in the file. All other bytes stay as they are. The file must have been scanned before.
 * @returns undefined without a ZipMap that gives an output of the graph
 */
export function lowerZipMaps(file: Uint8Array): Lowering | undefined {
  let graph: { readonly start: number; readonly end: number; readonly bytes: Uint8Array } | undefined;
  let hasOnnxOpset = false;
  for (const cursor = new MessageCursor(file); cursor.next();) {
    if (cursor.field === MODEL.opsetImport) hasOnnxOpset ||= isOnnxOpset(cursor.bytes());
    else if (cursor.field === MODEL.graph) graph = { start: cursor.start, bytes: cursor.bytes(), end: cursor.position };
  }
  const lowered = graph && lowerGraph(graph.bytes, graph.end - graph.bytes.length);
  if (!graph || !lowered) return undefined;
  const { outputs, splices } = lowered;
  const grown = splices.reduce((sum, { start, end, bytes }) => sum + bytes.length - (end - start), 0);
  const head = Writer.create()
    .uint32(tagOf(MODEL.graph))
    .uint32(graph.bytes.length + grown)
    .finish();
  const opset = hasOnnxOpset ? [] : [{ start: file.length, end: file.length, bytes: onnxOpset() }];
  const start = { start: graph.start, end: graph.end - graph.bytes.length, bytes: head };
  return { outputs, splices: [start, ...splices, ...opset] };
}

function lowerGraph(graph: Uint8Array, offset: number): Lowering | undefined {
  const zips: ZipMap[] = [];
  const outputs = new Map<string, Splice>();
  for (const cursor = new MessageCursor(graph); cursor.next();) {
    if (cursor.field !== GRAPH.node && cursor.field !== GRAPH.output) continue;
    const bytes = cursor.bytes();
    const field = { start: offset + cursor.start, end: offset + cursor.position, bytes };
    if (cursor.field === GRAPH.output) outputs.set(nameOf(bytes, VALUE_INFO.name), field);
    else if (nameOf(bytes, NODE.operator) === 'ZipMap') zips.push(zipMapOf(bytes, field));
  }
  const splices = zips.flatMap((zip) => {
    const output = outputs.get(zip.name);
    if (!output || zip.classes.length === 0) return [];
    return [
      { ...zip.field, bytes: fieldOf(GRAPH.node, identityOf(zip)) },
      { ...output, bytes: fieldOf(GRAPH.output, tensorOutput(zip)) },
    ];
  });
  if (splices.length === 0) return undefined;
  const lowered = zips.filter(({ name, classes }) => outputs.has(name) && classes.length > 0);
  return {
    outputs: lowered.map(({ name, classes }) => ({ name, classes })),
    splices: splices.sort((a, b) => a.start - b.start),
  };
}

function zipMapOf(node: Uint8Array, field: Splice): ZipMap {
  let input = '';
  let name = '';
  const classes: (string | bigint)[] = [];
  for (const cursor = new MessageCursor(node); cursor.next();) {
    if (cursor.field === NODE.input) input = cursor.text();
    else if (cursor.field === NODE.output) name = cursor.text();
    else if (cursor.field === NODE.attribute) classes.push(...classesOf(cursor.bytes()));
  }
  return { input, name, classes, field };
}

/** `classlabels_int64s` or `classlabels_strings`; ZipMap has no other attribute. */
function* classesOf(attribute: Uint8Array): Generator<string | bigint> {
  let count = 0;
  for (const cursor = new MessageCursor(attribute); cursor.next() && count < MAX_CLASSES; count++) {
    if (cursor.field === ATTRIBUTE.integers) yield* cursor.integers();
    else if (cursor.field === ATTRIBUTE.texts) yield cursor.text();
  }
}

function identityOf({ input, name }: ZipMap): Uint8Array {
  const writer = Writer.create();
  for (const [field, text] of [
    [NODE.input, input],
    [NODE.output, name],
    [NODE.name, `${name} without ZipMap`],
    [NODE.operator, 'Identity'],
  ] as const) {
    writer.uint32(tagOf(field)).string(text);
  }
  return writer.finish();
}

/** float32 [?, classes] */
function tensorOutput({ name, classes }: ZipMap): Uint8Array {
  const columns = Writer.create()
    .uint32(DIMENSION.value << 3)
    .uint32(classes.length)
    .finish();
  const shape = Buffer.concat([fieldOf(SHAPE.dim, new Uint8Array()), fieldOf(SHAPE.dim, columns)]);
  const element = Writer.create()
    .uint32(TENSOR_TYPE.elementType << 3)
    .uint32(ELEMENT.float32)
    .finish();
  const tensor = Buffer.concat([element, fieldOf(TENSOR_TYPE.shape, shape)]);
  return Buffer.concat([
    fieldOf(VALUE_INFO.name, Buffer.from(name)),
    fieldOf(VALUE_INFO.type, fieldOf(TYPE.tensor, tensor)),
  ]);
}

function onnxOpset(): Uint8Array {
  return fieldOf(
    MODEL.opsetImport,
    Writer.create()
      .uint32(OPERATOR_SET.version << 3)
      .uint32(ADDED_OPSET)
      .finish(),
  );
}

function isOnnxOpset(operatorSet: Uint8Array): boolean {
  return ['', 'ai.onnx'].includes(nameOf(operatorSet, OPERATOR_SET.domain));
}

function nameOf(message: Uint8Array, field: number): string {
  let name = '';
  for (const cursor = new MessageCursor(message); cursor.next();) if (cursor.field === field) name = cursor.text();
  return name;
}

function fieldOf(field: number, content: Uint8Array): Uint8Array {
  return Writer.create().uint32(tagOf(field)).bytes(content).finish();
}

/** Of a field of bytes. */
function tagOf(field: number): number {
  return (field << 3) | 2;
}
