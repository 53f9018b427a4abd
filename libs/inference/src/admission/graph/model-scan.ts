import { type GraphCounts, type GraphLimits, GraphScan } from './graph-scan';
import { GraphTrail } from './graph-trail';
import { MalformedMessageError, MessageCursor } from './message-cursor';
import { MODEL, TRAINING_INFO } from './onnx-schema';

/** What a file says of itself. */
export interface GraphFacts extends Readonly<GraphCounts> {
  readonly irVersion: number;
  /** Version of each operator set by domain; that of ONNX itself is `ai.onnx`. */
  readonly opset: Readonly<Record<string, number>>;
}

export const GRAPH_LIMITS: GraphLimits = { nodes: 100_000, initializers: 100_000, depth: 24, elements: 2 ** 26 };

/** ONNX Runtime takes another format too, told by these letters: it would never see what was looked at here. */
const OTHER_FORMAT = Buffer.from('ORTM');
const OTHER_FORMAT_AT = 4;

/**
 * Looks over an ONNX file before anything loads it, and refuses by ModelRefusedError what must not be loaded: operators of
 * other domains, data in other files, dimensions that cannot be, more than the limits allow, and what is no ONNX at all.
 * Nothing is copied and nothing kept but counts, names of constants, and short lists.
 */
export function scanModel(file: Uint8Array, limits: GraphLimits = GRAPH_LIMITS): GraphFacts {
  const trail = new GraphTrail();
  if (OTHER_FORMAT.equals(file.subarray(OTHER_FORMAT_AT, OTHER_FORMAT_AT + OTHER_FORMAT.length))) {
    trail.refuse('malformed', 'it is of ONNX Runtime’s own format; give the ONNX file');
  }
  try {
    return scanFile(file, new GraphScan(limits, trail), trail);
  } catch (error) {
    if (error instanceof MalformedMessageError) trail.refuse('malformed', `this is not ONNX: ${error.message}`);
    throw error;
  }
}

function scanFile(file: Uint8Array, scan: GraphScan, trail: GraphTrail): GraphFacts {
  const opset: Record<string, number> = {};
  let irVersion = 0;
  let graphs = 0;
  let functions = 0;
  for (const cursor = new MessageCursor(file); cursor.next();) {
    if (cursor.field === MODEL.irVersion) irVersion = Number(cursor.integer());
    else if (cursor.field === MODEL.opsetImport) {
      const [domain, version] = scan.operatorSet(cursor.bytes());
      opset[domain] = version;
    } else if (cursor.field === MODEL.graph) {
      // protobuf joins two into one; nothing that exports models writes two.
      if (graphs++ > 0) trail.refuse('malformed', 'it has two graphs');
      trail.within(
        () => 'graph',
        () => scan.graph(cursor.bytes(), 0),
      );
    } else if (cursor.field === MODEL.functions) {
      const index = functions++;
      trail.within(
        () => `function ${index}`,
        () => scan.function(cursor.bytes()),
      );
    } else if (cursor.field === MODEL.trainingInfo) {
      trail.within(
        () => 'training_info',
        () => scanTrainingInfo(cursor.bytes(), scan),
      );
    }
  }
  if (graphs === 0) trail.refuse('malformed', 'this is not ONNX: it has no graph');
  if (Object.keys(opset).length === 0) trail.refuse('opset', 'it names no operator set (opset_import)');
  return { irVersion, opset, ...scan.counts };
}

function scanTrainingInfo(message: Uint8Array, scan: GraphScan): void {
  for (const cursor = new MessageCursor(message); cursor.next();) {
    const isGraph = cursor.field === TRAINING_INFO.initialization || cursor.field === TRAINING_INFO.algorithm;
    if (isGraph) scan.graph(cursor.bytes(), 1);
  }
}
