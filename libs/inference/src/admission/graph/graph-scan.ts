import { type GraphTrail, quoted } from './graph-trail';
import { MessageCursor } from './message-cursor';
import { ATTRIBUTE, FUNCTION, GRAPH, NODE, OPERATOR_SET } from './onnx-schema';
import { checkValueShape } from './value-shape';
import { ShapeScope } from './shape-scope';
import { MAX_SHAPE, pushShort, type ScannedTensor, scanSparseTensor, scanTensor } from './tensor-scan';

export interface GraphLimits {
  /** Of all graphs and functions together. */
  readonly nodes: number;
  readonly initializers: number;
  /** How deep graphs may be in graphs: the bodies of If, Loop and Scan. */
  readonly depth: number;
  /** What one node may make of a constant shape. */
  readonly elements: number;
}

/** What was counted on the way. */
export interface GraphCounts {
  nodes: number;
  initializers: number;
  initializerBytes: number;
}

/** The default domain has two names. */
const DOMAINS = new Set(['', 'ai.onnx', 'ai.onnx.ml']);
const RANDOM_SHAPED = new Set(['RandomNormal', 'RandomUniform']);
/** No operator says its output's size further back. */
const KEPT_INPUTS = 2;

interface NodeParts {
  name: string;
  operator: string;
  readonly inputs: string[];
  output: string | undefined;
  /** Of its attributes: short lists of integers. */
  readonly integers: Map<string, readonly bigint[]>;
}

/** Walks graphs, their nodes and whatever lies in these; refuses what must not be loaded. */
export class GraphScan {
  readonly counts: GraphCounts = { nodes: 0, initializers: 0, initializerBytes: 0 };

  constructor(
    private readonly limits: GraphLimits,
    private readonly trail: GraphTrail,
  ) {}

  graph(message: Uint8Array, depth: number, outer?: ShapeScope): void {
    const { trail, limits } = this;
    if (depth > limits.depth) trail.refuse('nesting', `graphs are nested deeper than ${limits.depth} levels`);
    const scope = new ShapeScope(limits.elements, outer);
    let nodes = 0;
    for (const cursor = new MessageCursor(message); cursor.next();) {
      if (cursor.field === GRAPH.node) this.node(cursor.bytes(), nodes++, depth, scope);
      else if (cursor.field === GRAPH.initializer) this.initializer(scanTensor(cursor.bytes(), trail), scope);
      else if (cursor.field === GRAPH.sparseInitializer)
        this.initializer(scanSparseTensor(cursor.bytes(), limits.elements, trail), scope);
      else if (depth === 0 && cursor.field === GRAPH.input) checkValueShape('input', cursor.bytes(), trail);
      else if (depth === 0 && cursor.field === GRAPH.output) checkValueShape('output', cursor.bytes(), trail);
    }
    scope.close(trail);
  }

  function(message: Uint8Array): void {
    const scope = new ShapeScope(this.limits.elements);
    let nodes = 0;
    for (const cursor = new MessageCursor(message); cursor.next();) {
      if (cursor.field === FUNCTION.node) this.node(cursor.bytes(), nodes++, 0, scope);
      else if (cursor.field === FUNCTION.attribute) this.attribute(cursor.bytes(), 0, scope);
      else if (cursor.field === FUNCTION.domain) this.checkDomain(cursor.text());
      else if (cursor.field === FUNCTION.opsetImport) this.operatorSet(cursor.bytes());
    }
    scope.close(this.trail);
  }

  /** Domain and version of an `opset_import`. */
  operatorSet(message: Uint8Array): readonly [domain: string, version: number] {
    let domain = '';
    let version = 0n;
    for (const cursor = new MessageCursor(message); cursor.next();) {
      if (cursor.field === OPERATOR_SET.domain) domain = cursor.text();
      else if (cursor.field === OPERATOR_SET.version) version = cursor.integer();
    }
    this.checkDomain(domain);
    if (version < 1n || version > 1_000n) this.trail.refuse('opset', `opset_import ${quoted(domain)} is ${version}`);
    return [domain || 'ai.onnx', Number(version)];
  }

  private node(message: Uint8Array, index: number, depth: number, scope: ShapeScope): void {
    const { trail, limits } = this;
    if (++this.counts.nodes > limits.nodes) trail.refuse('too-large', `it has more than ${limits.nodes} nodes`);
    const node: NodeParts = { name: '', operator: '', inputs: [], output: undefined, integers: new Map() };
    const step = (): string =>
      `node ${index} (${[quoted(node.operator), node.name && quoted(node.name)].join(' ').trim()})`;
    trail.within(step, () => {
      for (const cursor = new MessageCursor(message); cursor.next();) this.nodeField(cursor, node, depth, scope);
      scope.use(node.operator, node.inputs, trail);
      const shape = node.integers.get('shape');
      if (shape && RANDOM_SHAPED.has(node.operator)) scope.check(shape, trail);
      const constant = node.integers.get('value') ?? node.integers.get('value_ints');
      if (node.operator === 'Constant' && node.output) scope.define(node.output, constant);
    });
  }

  private nodeField(cursor: MessageCursor, node: NodeParts, depth: number, scope: ShapeScope): void {
    switch (cursor.field) {
      case NODE.input:
        if (node.inputs.length < KEPT_INPUTS) node.inputs.push(cursor.text());
        return;
      case NODE.output:
        node.output ??= cursor.text();
        return;
      case NODE.name:
        node.name = cursor.text();
        return;
      case NODE.operator:
        node.operator = cursor.text();
        return;
      case NODE.domain:
        return this.checkDomain(cursor.text());
      case NODE.attribute: {
        const [name, integers] = this.attribute(cursor.bytes(), depth, scope);
        if (integers) node.integers.set(name, integers);
      }
    }
  }

  private attribute(
    message: Uint8Array,
    depth: number,
    scope: ShapeScope,
  ): readonly [name: string, integers: readonly bigint[] | undefined] {
    const { trail, limits } = this;
    const integers: bigint[] = [];
    let name = '';
    let tensor: ScannedTensor | undefined;
    let graphs = 0;
    const graph = (bytes: Uint8Array): void => {
      const index = graphs++;
      trail.within(
        () => (index === 0 ? name : `${name}[${index}]`),
        () => this.graph(bytes, depth + 1, scope),
      );
    };
    for (const cursor = new MessageCursor(message); cursor.next();) {
      switch (cursor.field) {
        case ATTRIBUTE.name:
          name = cursor.text();
          break;
        case ATTRIBUTE.tensor:
        case ATTRIBUTE.tensors:
          tensor = scanTensor(cursor.bytes(), trail);
          break;
        case ATTRIBUTE.sparseTensor:
        case ATTRIBUTE.sparseTensors:
          scanSparseTensor(cursor.bytes(), limits.elements, trail);
          break;
        case ATTRIBUTE.graph:
        case ATTRIBUTE.graphs:
          graph(cursor.bytes());
          break;
        case ATTRIBUTE.integers:
          pushShort(integers, cursor);
      }
    }
    return [name, tensor?.integers ?? (integers.length > 0 && integers.length <= MAX_SHAPE ? integers : undefined)];
  }

  private initializer({ name, byteLength, integers }: ScannedTensor, scope: ShapeScope): void {
    const { counts, limits, trail } = this;
    counts.initializerBytes += byteLength;
    if (++counts.initializers > limits.initializers) {
      trail.refuse('too-large', `it has more than ${limits.initializers} initializers`);
    }
    scope.define(name, integers);
  }

  private checkDomain(domain: string): void {
    if (DOMAINS.has(domain)) return;
    this.trail.refuse(
      'domain',
      `operators of the domain ${quoted(domain)} are not taken, only ONNX's own and ai.onnx.ml`,
    );
  }
}
