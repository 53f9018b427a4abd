import { type Answer } from '../../../fixtures/http/gateway-calls';
import { type HostileFile } from './hostile-files';
import { attack, unexpected } from './upload-attack';

const ANSWER = { status: 422, code: 'MODEL_REFUSED', reason: 'tensor' };
const files: HostileFile[] = ['a', 'b', 'c'].map((what) => {
  return { what, onnx: Buffer.from(what), config: {}, answer: ANSWER };
});

function answer(status: number, code?: string, reason?: string): Answer {
  const json = code === undefined ? { model: 'hostile' } : { error: { code, details: { reason } } };
  return { status, headers: new Headers(), json };
}

async function found(answers: Readonly<Record<string, Answer>>): Promise<string[]> {
  const call = async (_method: string, _path: string, body: unknown): Promise<Answer> => {
    const file = (body as FormData).get('model') as Blob;
    return answers[await file.text()] ?? answer(422, 'MODEL_REFUSED', 'tensor');
  };
  const refusals = await attack({ call, files, atOnce: 2, now: () => 0 });
  expect(refusals.map(({ file }) => file.what).sort()).toEqual(['a', 'b', 'c']);
  return unexpected(refusals);
}

describe('an attack', () => {
  it('sends every file once; nothing is unexpected when each has its own refusal', async () => {
    expect(await found({})).toEqual([]);
  });

  it.each([
    ['an admission', answer(200)],
    ['another reason', answer(422, 'MODEL_REFUSED', 'timeout')],
    ['another code', answer(422, 'MODEL_CONFIG_INVALID', 'tensor')],
    ['a failure', answer(500, 'INTERNAL')],
  ])('tells %s', async (_, other) => {
    expect(await found({ b: other })).toEqual([expect.stringMatching(/^b: /)]);
  });
});
