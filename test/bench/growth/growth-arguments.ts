import { RECORDS_PER_CALL } from '../load/record-pool';
import { type GrowthAxis, type GrowthOptions } from './growth-case';

export const GROWTH_HELP = `
  growth only: floats, mlp (for other widths the same graph), one axis after the other, the first of --rates
  --growth-axes LIST  of keys, streams, members, width, listeners            (all)
  --growth-keys LIST  of all streams together, whole thousands from 4000     (10000,100000,1000000,3000000)
  --growth-streams LIST  that share keys and rate                            (1,2,4,8)
  --growth-members LIST  each with a node                                    (1,2,3)
  --growth-width LIST  floats of a record                                    (8,30,128,1024)
  --growth-listeners LIST  to server-sent events of all predictions          (0,10,50)
  --growth-listener-rate N  records/s on that axis                           (2000)
  --growth-heap N     MiB of each member              (what the largest of an axis needs, at least 2048)`;

export const GROWTH_OPTIONS = {
  'growth-axes': { type: 'string', default: 'keys,streams,members,width,listeners' },
  'growth-keys': { type: 'string', default: '10000,100000,1000000,3000000' },
  'growth-streams': { type: 'string', default: '1,2,4,8' },
  'growth-members': { type: 'string', default: '1,2,3' },
  'growth-width': { type: 'string', default: '8,30,128,1024' },
  'growth-listeners': { type: 'string', default: '0,10,50' },
  'growth-listener-rate': { type: 'string', default: '2000' },
  'growth-heap': { type: 'string' },
} as const;

type GrowthValues = Readonly<Partial<Record<keyof typeof GROWTH_OPTIONS, string | undefined>>>;

/** The least of each axis. Fewer keys than 4,000 would be written again before they are scored. */
const LEAST: Readonly<Record<GrowthAxis, number>> = { keys: 4_000, streams: 1, members: 1, width: 1, listeners: 0 };

/** Throws an Error that names the option that is wrong. */
export function parseGrowthOptions(values: GrowthValues): GrowthOptions {
  const axes = (values['growth-axes'] ?? '').split(',').filter(Boolean).map(axisName);
  const heap = values['growth-heap'];
  return {
    axes: new Map(axes.map((axis) => [axis, valuesOf(axis, values[`growth-${axis}`] ?? '')])),
    listenerRate: whole('growth-listener-rate', values['growth-listener-rate'] ?? '', RECORDS_PER_CALL),
    heapMb: heap === undefined ? undefined : whole('growth-heap', heap, 1),
  };
}

function axisName(name: string): GrowthAxis {
  if (Object.hasOwn(LEAST, name)) return name as GrowthAxis;
  throw new Error(`--growth-axes: ${Object.keys(LEAST).join(', ')}, not ${name}`);
}

function valuesOf(axis: GrowthAxis, list: string): number[] {
  const values = list.split(',').map((text) => whole(`growth-${axis}`, text, LEAST[axis]));
  const odd = axis === 'keys' && values.find((value) => value % RECORDS_PER_CALL !== 0);
  if (odd) throw new Error(`--growth-keys: whole thousands, not ${odd}`);
  return [...new Set(values)];
}

function whole(option: string, text: string, least: number): number {
  const value = text === '' ? NaN : Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`--${option}: a whole number from ${least} on, not ${text || 'nothing'}`);
}
