import { type GraphTrail } from './graph-trail';

/** A node that makes a tensor of as many elements as a constant says. */
interface ShapeUse {
  readonly constant: string;
  readonly at: string;
}

/** Which input of an operator says how large its output is. */
const SHAPE_INPUTS: Readonly<Record<string, number>> = { ConstantOfShape: 0, Expand: 1, Tile: 1 };

/** Short integer constants of a graph, by name, and the nodes that take them for a shape. */
export class ShapeScope {
  private readonly constants = new Map<string, readonly bigint[]>();
  private readonly uses: ShapeUse[] = [];

  constructor(
    private readonly maxElements: number,
    private readonly outer?: ShapeScope,
  ) {}

  define(name: string, integers: readonly bigint[] | undefined): void {
    if (integers) this.constants.set(name, integers);
  }

  use(operator: string, inputs: readonly string[], trail: GraphTrail): void {
    const constant = inputs[SHAPE_INPUTS[operator] ?? -1];
    if (constant) this.uses.push({ constant, at: trail.toString() });
  }

  /** At the end of the graph, since its constants may stand behind their users. What is not found is asked of the graph around. */
  close(trail: GraphTrail): void {
    for (const use of this.uses) {
      const shape = this.constants.get(use.constant);
      if (shape) this.check(shape, trail, use.at);
      else this.outer?.uses.push(use);
    }
  }

  check(shape: readonly bigint[], trail: GraphTrail, at?: string): void {
    const negative = shape.find((size) => size < 0n);
    if (negative !== undefined) trail.refuse('constant', `a dimension of its output is ${negative}`, at);
    const elements = shape.reduce((product, size) => product * size, 1n);
    if (elements > this.maxElements) {
      trail.refuse('constant', `its output would have ${elements} elements, at most ${this.maxElements} are taken`, at);
    }
  }
}
