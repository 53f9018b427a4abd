import { messageOf } from '@nearscore/errors';
import { type ModelSignature } from '@nearscore/records';
import { createScoringSession } from '../session/scoring-session';

/** What the child says: ready, then its one answer. */
export type InspectionReport =
  | { readonly type: 'ready' }
  | { readonly type: 'signature'; readonly signature: ModelSignature }
  | { readonly type: 'refused'; readonly message: string };

/**
 * The child's side of `inspectModel`: an app compiles a one-line entry file that calls it. Takes one model over IPC,
 * answers, and ends.
 */
export function answerInspection(): void {
  process.once('message', (onnx: Uint8Array) => {
    void inspect(onnx).then((report) => process.send?.(report, () => process.disconnect()));
  });
  process.send?.({ type: 'ready' } satisfies InspectionReport);
}

async function inspect(onnx: Uint8Array): Promise<InspectionReport> {
  try {
    const session = await createScoringSession(onnx);
    return { type: 'signature', signature: session.signature };
  } catch (error) {
    return { type: 'refused', message: messageOf(error) };
  }
}
