/** `npm run chaos -- rollouts`: every phase of a rollout × kill -9 of gateway, node and Redis; the table of docs/reliability.md. */
import { projectPath } from '@nearscore/local-cluster';
import { runMain } from '../../run-main';
import { exampleVersion } from '../models/version-answers';
import { RolloutStage } from '../stage/rollout-stage';
import { survive } from './kill-run';
import { PHASES } from './phases';
import { VICTIMS } from './victims';

async function main(): Promise<void> {
  const folder = projectPath('.cache', 'logs', 'rollout-kills');
  const stage = await RolloutStage.open({
    ...{ logFolder: folder, historyPath: `${folder}/history.jsonl`, gateways: 2 },
    load: { stream: 'kills', recordsPerSecond: 1_000, keys: 6_600, probesPerSecond: 50 },
    models: [exampleVersion(1), exampleVersion(2), exampleVersion(3)],
  });
  try {
    for (const phase of PHASES) {
      for (const victim of VICTIMS) {
        const { end, endedMs } = await survive(stage, phase, [victim]);
        const cells = [phase.state.padEnd(12), victim.name.padEnd(30), end.padEnd(11), `${endedMs} ms`.padStart(8)];
        process.stdout.write(`| ${cells.join(' | ')} |\n`);
      }
    }
    const { acknowledged, unknown, seen } = stage.checker.counts;
    process.stdout.write(`acknowledged ${acknowledged}, unknown ${unknown}, predictions looked at ${seen}\n`);
  } finally {
    await stage.stop();
  }
}

runMain(main);
