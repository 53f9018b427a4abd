import { type ModelSummary, type ModelVersionView, type TensorView } from '../gateway/model-views';
import { listModels, listVersions, removeVersion, showVersion } from '../gateway/models.api';
import { type Column } from '../output/table';
import { bytes } from '../output/text';
import { EXIT, type ExitCode } from '../program/exit-codes';
import { type Session } from '../program/session';

const MODEL_COLUMNS: readonly Column<ModelSummary>[] = [
  { title: 'MODEL', of: ({ model }) => model },
  { title: 'VERSIONS', of: ({ versions }) => versions.join(', ') },
  { title: 'LIVE', of: liveOf },
];

const VERSION_COLUMNS: readonly Column<ModelVersionView>[] = [
  { title: 'MODEL', of: ({ model }) => model },
  { title: 'VERSION', of: ({ version }) => version, right: true },
  { title: 'SIZE', of: ({ byteLength }) => bytes(byteLength), right: true },
  { title: 'SHA256', of: ({ sha256 }) => sha256.slice(0, 12) },
  { title: 'ADMITTED', of: ({ admittedAt }) => admittedAt },
  { title: 'BY', of: ({ admittedBy }) => admittedBy },
  { title: 'IS', of: aliasesOf },
];

/** `nearscore models list [model]` */
export async function listOfModels({ client, out }: Session, [model]: readonly string[]): Promise<ExitCode> {
  if (model === undefined) {
    const models = await listModels(client);
    out.show({ models }, () => out.table(models, MODEL_COLUMNS));
  } else {
    const versions = await listVersions(client, model);
    out.show({ model, versions }, () => out.table(versions, VERSION_COLUMNS));
  }
  return EXIT.ok;
}

/** `nearscore models show <model> <version>` */
export async function showModel({ client, out }: Session, args: readonly string[]): Promise<ExitCode> {
  const [model = '', version = ''] = args;
  const view = await showVersion(client, model, version);
  out.show(view, () => versionLines(view, out));
  return EXIT.ok;
}

/** `nearscore models rm <model> <version>` */
export async function removeModel({ client, out }: Session, args: readonly string[]): Promise<ExitCode> {
  const [model = '', version = ''] = args;
  await removeVersion(client, model, version);
  out.show({ model, version: Number(version), removed: true }, () => [`removed ${model} ${version}`]);
  return EXIT.ok;
}

export function versionLines(view: ModelVersionView, out: Session['out']): string[] {
  const { model, version, sha256, uploadedSha256, byteLength, admittedAt, admittedBy, signature, config } = view;
  return out.pairs([
    ['model', model],
    ['version', version],
    ['is', aliasesOf(view)],
    ['sha256', sha256],
    ...(uploadedSha256 === sha256 ? [] : [['uploaded sha256', uploadedSha256] as const]),
    ['size', bytes(byteLength)],
    ['admitted', `${admittedAt}${admittedBy === null ? '' : ` by ${admittedBy}`}`],
    ...admissionPairs(view),
    ['inputs', signature.inputs.map(tensorText).join(', ')],
    ['outputs', signature.outputs.map(tensorText).join(', ')],
    ['model.json', config],
  ]);
}

function admissionPairs({ graph, admission }: ModelVersionView): [string, unknown][] {
  if (!graph || !admission) return [];
  const opset = Object.entries(graph.opset).map(([domain, version]) => `${domain} ${version}`);
  const { probe, goldenRows, lowered, stepsMs } = admission;
  return [
    ['graph', `${graph.nodes} nodes, opset ${opset.join(', ')}`],
    ['probe rows', `${probe.rows}, of them failed ${probe.failed}`],
    ['golden rows', goldenRows],
    ...(lowered.length === 0 ? [] : [['lowered', lowered.join(', ')] as [string, unknown]]),
    ['admission took', `${stepsMs['total'] ?? 0} ms`],
  ];
}

/** `live of phishing, sites; previous of ads` */
function aliasesOf({ aliases }: ModelVersionView): string {
  return Object.entries(aliases)
    .filter(([, streams]) => streams.length > 0)
    .map(([alias, streams]) => `${alias} of ${streams.join(', ')}`)
    .join('; ');
}

/** `1 of phishing, 3 of sites` */
function liveOf({ aliases }: ModelSummary): string {
  const live = Object.entries(aliases['live'] ?? {});
  return live.map(([stream, version]) => `${version} of ${stream}`).join(', ');
}

function tensorText({ name, datatype, shape }: TensorView): string {
  return `${name} ${datatype}[${shape.map((size) => size ?? '*').join(', ')}]`;
}
