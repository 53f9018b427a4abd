import { REGISTRY_MAPS, type RolloutState } from '@nearscore/registry';
import { eventually } from '@nearscore/testkit';
import { type RolloutView } from '../stage/rollout-calls';
import { type RolloutStage } from '../stage/rollout-stage';
import { holdEntry } from './held-entry';

export interface HeldRollout {
  readonly id: string;
  /** Lets the rollout go on. */
  readonly release: () => Promise<void>;
}

export interface Phase {
  readonly state: RolloutState;
  /** Begins a rollout and keeps it in this state; what ends is decided by whoever lives then. */
  readonly enter: (stage: RolloutStage, version: number) => Promise<HeldRollout>;
  /** How it may end. */
  readonly ends: readonly RolloutState[];
}

/** The gateway that is asked for everything, and dies. */
export const COORDINATOR = 0;
/** Judged by nothing but the time: the versions are equally good, their scores lie elsewhere. */
const GUARDS = { minSamples: 1, maxErrorRate: 1, maxRunP99Ratio: null, maxPsi: null };
const HOLD_SECONDS = 3;
/** Of a host whose node is no victim. */
const SILENT = 3;
const NOTHING = (): Promise<void> => Promise.resolve();

export const PHASES: readonly Phase[] = [
  { state: 'preparing', enter: heldPreparing, ends: ['completed', 'aborted'] },
  { state: 'committing', enter: heldCommitting, ends: ['completed'] },
  { state: 'settling', enter: heldSettling, ends: ['completed'] },
  { state: 'holding', enter: holding, ends: ['completed'] },
  { state: 'rolling-back', enter: heldRollingBack, ends: ['rolled-back'] },
];

/** Those in which a member and its node join, kept for as long as it takes both to start. */
export const JOINED_PHASES: readonly Phase[] = [
  { state: 'preparing', enter: heldPreparing, ends: ['completed', 'aborted'] },
  { state: 'settling', enter: heldSettled, ends: ['completed'] },
];

/** Holds the rollout's entry as soon as there is one: to prepare a version takes longer than a lock. */
async function heldPreparing(stage: RolloutStage, version: number): Promise<HeldRollout> {
  const held = when(stage, 'preparing', () => holdEntry(stage.client, REGISTRY_MAPS.rollouts, stage.stream));
  const { id } = await stage.begun({ version }, COORDINATOR);
  return { id, release: await held };
}

/** The deployment's entry is held before the change of it is asked for. */
async function heldCommitting(stage: RolloutStage, version: number): Promise<HeldRollout> {
  const release = await holdEntry(stage.client, REGISTRY_MAPS.deployments, stage.stream);
  const reached = when(stage, 'committing', NOTHING);
  const { id } = await stage.begun({ version }, COORDINATOR);
  await reached;
  return { id, release };
}

/** A node is stopped before there is anything to apply, and goes on when it is released. */
async function heldSettling(stage: RolloutStage, version: number): Promise<HeldRollout> {
  const silent = stage.cluster.grid.host(SILENT);
  const { id, release } = await heldCommitting(stage, version);
  silent.pause('node');
  const reached = when(stage, 'settling', NOTHING);
  await release();
  await reached;
  return { id, release: () => Promise.resolve(silent.resume('node')) };
}

/** Longer than a node may be silent: once it is settling, the rollout's entry is held instead of a node. */
async function heldSettled(stage: RolloutStage, version: number): Promise<HeldRollout> {
  const { id, release: resume } = await heldSettling(stage, version);
  const release = await holdEntry(stage.client, REGISTRY_MAPS.rollouts, stage.stream);
  await resume();
  return { id, release };
}

async function holding(stage: RolloutStage, version: number): Promise<HeldRollout> {
  const strategy = { type: 'canary', steps: [{ percent: 50, holdSeconds: HOLD_SECONDS }], guards: GUARDS };
  const reached = when(stage, 'holding', NOTHING);
  const { id } = await stage.begun({ version, strategy }, COORDINATOR);
  await reached;
  return { id, release: NOTHING };
}

async function heldRollingBack(stage: RolloutStage, version: number): Promise<HeldRollout> {
  const atHold = when(stage, 'holding', NOTHING);
  const strategy = { type: 'ab', percent: 50, guards: GUARDS };
  const { id } = await stage.begun({ version, strategy }, COORDINATOR);
  await atHold;
  const release = await holdEntry(stage.client, REGISTRY_MAPS.deployments, stage.stream);
  const reached = when(stage, 'rolling-back', NOTHING);
  await stage.api<RolloutView>('POST', `/v1/rollouts/${id}/cancel`, undefined, COORDINATOR);
  await reached;
  return { id, release };
}

/** Resolves with what `act` gave at the first sight of the state. */
async function when<T>(stage: RolloutStage, state: RolloutState, act: () => Promise<T>): Promise<T> {
  let acted: Promise<T> | undefined;
  const stop = stage.deployments.onRollout((rollout) => {
    if (rollout.state === state) acted ??= act();
  });
  try {
    return await eventually(
      async () => {
        if (!acted) await stage.deployments.look();
        if (!acted) throw new Error(`no rollout was ${state}`);
        return acted;
      },
      { timeoutMs: 30_000 },
    );
  } finally {
    stop();
  }
}
