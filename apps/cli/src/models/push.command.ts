import { readNamedFile, readNamedText } from '../files/read-file';
import { pushModel } from '../gateway/models.api';
import { bytes } from '../output/text';
import { EXIT, type ExitCode } from '../program/exit-codes';
import { type Session } from '../program/session';
import { versionLines } from './models.command';

interface PushOptions {
  readonly config?: string;
  readonly golden?: string;
  readonly sha256?: string;
  readonly by?: string;
}

/** `nearscore models push <model> <version> <file>` */
export async function pushVersion(
  { client, out, notes, signal }: Session,
  args: readonly string[],
  options: PushOptions,
): Promise<ExitCode> {
  const [model = '', version = '', path = ''] = args;
  const { sha256, by } = options;
  const onnx = await readNamedFile(path);
  const [config, golden] = [await readNamedText(options.config), await readNamedText(options.golden)];
  notes.status(`pushing ${bytes(onnx.length)}, loading and running it`);
  const upload = { onnx, config, golden, sha256, by };
  const view = await pushModel(client, model, version, upload, signal).finally(() => notes.clear());
  out.show(view, () => [`admitted ${view.model} ${view.version}`, '', ...versionLines(view, out)]);
  return EXIT.ok;
}
