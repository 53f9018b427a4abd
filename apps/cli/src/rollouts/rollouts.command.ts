import { actOnRollout, listRollouts, type RolloutAction, showRollout, startRollout } from '../gateway/rollouts.api';
import { isEnded, type RolloutView } from '../gateway/rollout-view';
import { UsageError } from '../program/cli.errors';
import { EXIT, type ExitCode } from '../program/exit-codes';
import { type CommandHandler, type Session } from '../program/session';
import { follow, type FollowEnd } from './rollout-follow';
import { detailLines, outcomeLines, ROLLOUT_COLUMNS } from './rollout-lines';
import { type StrategyOptions, strategyOf } from './strategy-options';

interface FollowedOptions {
  /** Do not wait for the end. */
  readonly detach?: boolean;
}

export interface StartOptions extends StrategyOptions, FollowedOptions {
  readonly model?: string;
  readonly rescore?: boolean;
  readonly by?: string;
}

/** `nearscore rollout start <stream> <version>` */
export async function start(session: Session, args: readonly string[], options: StartOptions): Promise<ExitCode> {
  const [stream = '', text = ''] = args;
  const version = Number(text);
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new UsageError(`A version is a whole number from 1, not "${text}".`);
  const { model, rescore, by } = options;
  const strategy = strategyOf(options);
  const request = {
    stream,
    version,
    ...(model && { model }),
    ...(strategy && { strategy }),
    ...(rescore && { rescore }),
  };
  const begun = await startRollout(session.client, request, by);
  return attend(session, begun, options, ['completed'], isUpToPeople);
}

/** `nearscore rollout watch <id>` */
export async function watchRollout(session: Session, [id = '']: readonly string[]): Promise<ExitCode> {
  return exitCodeOf(await follow(session, id), ['completed']);
}

/** What each action brings about when it comes to its end. */
const ENDS: Readonly<Record<RolloutAction, readonly string[]>> = {
  cancel: ['aborted', 'rolled-back'],
  promote: ['completed'],
  rollback: ['completed'],
};

/** `nearscore rollout cancel|promote|rollback <id>` */
export function acting(action: RolloutAction): CommandHandler<FollowedOptions> {
  return async (session, [id = ''], options) => {
    const changed = await actOnRollout(session.client, id, action);
    return attend(session, changed, options, ENDS[action]);
  };
}

/** `nearscore rollout list [--stream name]` */
export async function listOfRollouts(
  { client, out }: Session,
  _args: readonly string[],
  { stream, limit }: { readonly stream?: string; readonly limit?: number },
): Promise<ExitCode> {
  const rollouts = await listRollouts(client, { ...(stream && { stream }), ...(limit && { limit }) });
  out.show({ rollouts }, () => out.table(rollouts, ROLLOUT_COLUMNS));
  return EXIT.ok;
}

/** `nearscore rollout show <id>` */
export async function show({ client, out }: Session, [id = '']: readonly string[]): Promise<ExitCode> {
  const view = await showRollout(client, id);
  out.show(view, () => detailLines(view, out));
  return EXIT.ok;
}

async function attend(
  session: Session,
  begun: RolloutView,
  { detach }: FollowedOptions,
  ends: readonly string[],
  isOver: FollowEnd = isEnded,
): Promise<ExitCode> {
  if (detach) {
    session.out.show(begun, () => outcomeLines(begun));
    return EXIT.ok;
  }
  const view = await follow(session, begun.id, { begun, isOver });
  if (!isEnded(view)) tellWhatNext(session, view);
  return isEnded(view) ? exitCodeOf(view, ends) : EXIT.ok;
}

/** ab and shadow end by the word of a person. */
function isUpToPeople({ state, strategy }: RolloutView): boolean {
  return state === 'holding' && (strategy.type === 'ab' || strategy.type === 'shadow');
}

function tellWhatNext({ notes }: Session, { id }: RolloutView): void {
  for (const action of ['watch', 'promote', 'cancel']) notes.line(`  nearscore rollout ${action} ${id}`);
}

function exitCodeOf({ state }: RolloutView, ends: readonly string[]): ExitCode {
  return ends.includes(state) ? EXIT.ok : EXIT.otherEnd;
}
