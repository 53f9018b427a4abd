/** `npm run chaos -- rollouts`: every phase of a rollout × what may die or join in it; the table of docs/reliability.md. */
import { parseArgs } from 'node:util';
import { projectPath } from '@nearscore/local-cluster';
import { print } from '../../../bench/results/print';
import { type Fault } from '../../faults/fault';
import { joined, left } from '../../faults/host-faults';
import { runMain } from '../../run-main';
import { exampleVersion } from '../models/version-answers';
import { RolloutStage } from '../stage/rollout-stage';
import { nextVersion, survive } from './kill-run';
import { JOINED_PHASES, type Phase, PHASES } from './phases';
import { victimsOf } from './victims';

const HELP = `npm run chaos -- rollouts [--joins]

  --joins   a member and its node that join, alone

Three members with a node each, two gateways and Redis; each phase of a rollout is kept from ending until a gateway, a node or
Redis was killed, or a fourth member and its node have joined. Every prediction is read from its journal and judged. Logs and
history go to .cache/logs/rollout-kills. The exit code is 1 when a rollout ends otherwise than it may, nodes do not agree,
a record is unscored, or anything is wrong.`;

const SPARE_HOST = 4;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      joins: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return print(HELP);
  const folder = projectPath('.cache', 'logs', 'rollout-kills');
  const stage = await RolloutStage.open({
    ...{ logFolder: folder, historyPath: `${folder}/history.jsonl`, gateways: 2 },
    load: { stream: 'kills', recordsPerSecond: 1_000, keys: 6_600, probesPerSecond: 50 },
    models: [exampleVersion(1), exampleVersion(2), exampleVersion(3)],
  });
  try {
    if (!values.joins) await kills(stage);
    await joins(stage);
    const { acknowledged, unknown, seen } = stage.checker.counts;
    print(`acknowledged ${acknowledged}, unknown ${unknown}, predictions looked at ${seen}`);
  } finally {
    await stage.stop();
  }
}

async function kills(stage: RolloutStage): Promise<void> {
  for (const phase of PHASES) {
    for (const victim of victimsOf(stage.cluster)) await show(stage, phase, victim);
  }
}

async function joins(stage: RolloutStage): Promise<void> {
  const { grid } = stage.cluster;
  const host = grid.host(SPARE_HOST);
  for (const phase of JOINED_PHASES) {
    await show(stage, phase, joined(grid, host));
    await left(host).inject();
    await swapWithout(stage);
  }
}

/** A gateway that asks the member that has just left is told so, and says that it may be asked again. */
async function swapWithout(stage: RolloutStage): Promise<void> {
  const version = await nextVersion(stage);
  const { id } = await stage.begun({ version });
  const { state } = await stage.ended(id);
  if (state !== 'completed') throw new Error(`once they had left, a rollout ended ${state}`);
  await stage.verify();
}

async function show(stage: RolloutStage, phase: Phase, fault: Fault): Promise<void> {
  const { end, endedMs } = await survive(stage, phase, [fault]);
  const cells = [phase.state.padEnd(12), fault.name.padEnd(30), end.padEnd(11), `${endedMs} ms`.padStart(8)];
  print(`| ${cells.join(' | ')} |`);
}

runMain(main);
