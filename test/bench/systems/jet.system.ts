import { type BenchSystem } from './bench-system';
import { javaProject } from './java-project';
import { logPath } from './log-path';
import { memberSpec } from './member';
import { says } from './peer-worker';
import { type StageOptions } from './stage-options';
import { type StageProcesses } from './stage-processes';

const MAIN = 'nearscore.bench.JetMember';
const RECORDS = 'features.jet';

/** A member of the same settings that scores inside its own JVM. */
export async function startJet(processes: StageProcesses, options: StageOptions): Promise<BenchSystem[]> {
  const { model, jetParallelism, jetJournal } = options;
  const predictions = jetJournal ? 'predictions.jet' : 'bench.jet-predictions';
  const { spec, ...member } = await memberSpec('jet', options, {
    'bench.model.path': model.path,
    'bench.model.input': model.input,
    'bench.model.output': model.output,
    'bench.model.column': String(model.column),
    'bench.model.features': String(model.features),
    'bench.records': RECORDS,
    'bench.predictions': predictions,
    'bench.parallelism': String(jetParallelism),
  });
  const classPath = await javaProject('jet');
  // The same command, but another class path and main class: its last two arguments.
  const args = [...spec.args.slice(0, -2), classPath.join(':'), MAIN];
  const isReady = async (): Promise<boolean> => says(logPath('jet'), 'scoring') && spec.isReady();
  const { pid } = await processes.start({ ...spec, args, isReady });
  const target = { kind: 'grid', ...member, recordMap: RECORDS, predictionMap: predictions } as const;
  return [{ name: 'jet', processes: { member: pid }, store: pid, target, forms: ['floats', 'compact'] }];
}
