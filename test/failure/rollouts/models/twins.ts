import { MessageCursor } from '../../../../libs/inference/src/admission/graph/message-cursor';
import { GRAPH, MODEL, NODE } from '../../../../libs/inference/src/admission/graph/onnx-schema';
import { floats, message, node } from '../../../fixtures/models/onnx-builder';
import { type RowModel } from './version-answers';

export interface Rescoring {
  readonly factor: number;
  readonly offset: number;
}

interface Field {
  readonly number: number;
  /** With its tag. */
  readonly raw: Uint8Array;
}

const OUTPUT = 'probabilities';
const BEFORE = 'probabilities_before';

/** The same model but for its scores: factor × score + offset. With 1 and 0 another file that answers alike. */
export function twinOf(model: RowModel, version: number, rescoring: Rescoring): RowModel {
  const parts = fieldsOf(model.onnx).map(({ number, raw }) =>
    number === MODEL.graph ? message([MODEL.graph, rescored(contentOf(raw), rescoring)]) : raw,
  );
  return { ...model, version, onnx: Buffer.concat(parts) };
}

function rescored(graph: Uint8Array, { factor, offset }: Rescoring): Uint8Array {
  const fields = fieldsOf(graph).map(({ number, raw }) =>
    number === GRAPH.node ? message([GRAPH.node, renamed(contentOf(raw))]) : raw,
  );
  return Buffer.concat([
    ...fields,
    message(
      [GRAPH.node, node('Mul', [BEFORE, 'twin_factor'], ['twin_product'])],
      [GRAPH.node, node('Add', ['twin_product', 'twin_offset'], [OUTPUT])],
      [GRAPH.initializer, floats('twin_factor', [], [factor])],
      [GRAPH.initializer, floats('twin_offset', [], [offset])],
    ),
  ]);
}

/** What makes the output, and what goes on from it, knows it by another name. */
function renamed(graphNode: Uint8Array): Uint8Array {
  const parts = fieldsOf(graphNode).map(({ number, raw }) => {
    const isName = number === NODE.input || number === NODE.output;
    return isName && textOf(raw) === OUTPUT ? message([number, BEFORE]) : raw;
  });
  return Buffer.concat(parts);
}

function fieldsOf(bytes: Uint8Array): Field[] {
  const starts: { readonly number: number; readonly start: number }[] = [];
  for (const cursor = new MessageCursor(bytes); cursor.next();) {
    starts.push({ number: cursor.field, start: cursor.start });
  }
  return starts.map(({ number, start }, index) => ({
    number,
    raw: bytes.subarray(start, starts[index + 1]?.start ?? bytes.length),
  }));
}

function contentOf(raw: Uint8Array): Uint8Array {
  const cursor = new MessageCursor(raw);
  cursor.next();
  return cursor.bytes();
}

function textOf(raw: Uint8Array): string {
  return Buffer.from(contentOf(raw)).toString('utf8');
}
