import {
  type FiguresView,
  isEnded,
  type RolloutNodeView,
  type RolloutView,
  type StrategyView,
} from '../gateway/rollout-view';
import { type Printer } from '../output/printer';
import { alignedTable, type Column } from '../output/table';
import { cell, figure, percent } from '../output/text';
import { barOf } from '../terminal/terminal';

export const ROLLOUT_COLUMNS: readonly Column<RolloutView>[] = [
  { title: 'ROLLOUT', of: ({ id }) => id },
  { title: 'STATE', of: ({ state }) => state },
  { title: 'FROM', of: ({ from }) => from && versionText(from) },
  { title: 'TO', of: ({ to }) => versionText(to) },
  { title: 'STRATEGY', of: ({ kind, strategy }) => (kind === 'rollback' ? kind : strategyText(strategy)) },
  { title: 'DONE', of: (view) => `${view.percent} %`, right: true },
  { title: 'STARTED', of: ({ startedAt }) => startedAt },
  { title: 'BY', of: ({ by }) => by },
  { title: 'REASON', of: ({ reason }) => reason?.code },
];

const NODE_COLUMNS: readonly Column<RolloutNodeView>[] = [
  { title: 'NODE', of: ({ node }) => node },
  { title: 'STATE', of: ({ state }) => state },
  { title: 'REASON', of: ({ reason }) => reason },
];

/** A rollout under way, drawn again with each change. */
export function progressBlock(view: RolloutView): string[] {
  const { figures, nodes } = view;
  return [
    titleOf(view),
    `  ${barOf(view.percent, 100)} ${view.percent} %  ${stateText(view)}`,
    ...alignedTable(nodes, NODE_COLUMNS).map((line) => `  ${line}`),
    ...(figures ? [`  ${figuresText(figures)}`] : []),
  ];
}

/** The same in one line, values between tabs. */
export function progressLine(view: RolloutView): string {
  const nodes = view.nodes.map(({ node, state }) => `${cell(node)}=${cell(state)}`).join(' ');
  return [view.changedAt, view.id, stateText(view), `${view.percent} %`, nodes].map(cell).join('\t');
}

/** What has come of it, or how it stands. */
export function outcomeLines(view: RolloutView): string[] {
  const { stream, to, from, state, epoch, reason, figures, nodes } = view;
  const serving = state === 'completed' ? to : from;
  const answered = serving ? `${stream} is scored by ${versionText(serving)}` : `nothing is deployed to ${stream}`;
  const now = isEnded(view) ? `${state}: ${answered}` : stateText(view);
  const failed = nodes.filter((node) => node.reason !== null);
  return [
    cell(`${view.id} ${now}, epoch ${epoch}`),
    ...(reason ? [`  ${cell(reason.message)} (${cell(reason.code)})`] : []),
    ...(figures ? [`  ${figuresText(figures)}`] : []),
    ...failed.map(({ node, state: said, reason: why }) => `  ${cell(node)} ${cell(said)}: ${cell(why)}`),
  ];
}

export function detailLines(view: RolloutView, out: Printer): string[] {
  const { id, stream, kind, from, to, strategy, rescore, epoch, by, startedAt, changedAt, endedAt, reason, figures } =
    view;
  const pairs = out.pairs([
    ...([
      ['rollout', id],
      ['stream', stream],
      ['kind', kind],
    ] as const),
    ['from', from && `${versionText(from)}, sha256 ${from.sha256}`],
    ['to', `${versionText(to)}, sha256 ${to.sha256}`],
    ['strategy', strategyText(strategy)],
    ['rescore', rescore ? 'yes' : 'no'],
    ['state', `${stateText(view)}, ${view.percent} %`],
    ['epoch', epoch],
    ['reason', reason && `${reason.message} (${reason.code})`],
    ['figures', figures && figuresText(figures)],
    ...([
      ['by', by],
      ['started', startedAt],
      ['changed', changedAt],
      ['ended', endedAt],
    ] as const),
  ]);
  return [...pairs, '', ...out.table(view.nodes, NODE_COLUMNS)];
}

function titleOf({ id, from, to, kind, strategy }: RolloutView): string {
  const way = kind === 'rollback' ? 'rollback' : strategyText(strategy);
  return cell(`${id}  ${from ? versionText(from) : 'nothing'} → ${versionText(to)}  ${way}`);
}

/** `holding, step 2 of 3 at 10 %` */
function stateText({ state, strategy, step }: RolloutView): string {
  if (strategy.type !== 'canary' || state === 'preparing') return state;
  const { steps } = strategy;
  const current = steps[step];
  return current ? `${state}, step ${step + 1} of ${steps.length} at ${current.percent} %` : `${state}, last step`;
}

function strategyText(strategy: StrategyView): string {
  if (strategy.type === 'ab') return `ab ${strategy.percent} %`;
  if (strategy.type !== 'canary') return strategy.type;
  return `canary ${strategy.steps.map((step) => `${step.percent} %`).join(', ')}`;
}

function figuresText(figures: FiguresView): string {
  const { samples, errorRate, liveErrorRate, runP99Ms, liveRunP99Ms, psi } = figures;
  return [
    `${samples} samples`,
    `errors ${percent(errorRate)} (live ${percent(liveErrorRate)})`,
    `p99 of a run ${figure(runP99Ms)} ms (live ${figure(liveRunP99Ms)} ms)`,
    `psi ${figure(psi)}`,
  ].join(', ');
}

function versionText({ model, version }: { readonly model: string; readonly version: number }): string {
  return `${model} ${version}`;
}
