import {
  createInputRows,
  type FeatureConfig,
  type InputRows,
  type ModelConfig,
  type TensorDatatype,
} from '@nearscore/records';

type Random = () => number;

const SEED = 20_260_601;
const TEXTS = ['', 'a', 'b'];
/** One row in so many has the defaults, where features have some. */
const DEFAULTS_EVERY = 4;

/**
 * Rows of tensors within what model.json declares, always the same: the first is all zeros; the others have floats in [0, 1),
 * integers and booleans 0 or 1 (an integer is often an index into a table), codes of the declared categories,
 * defaults, and short texts.
 */
export function createProbeRows(config: ModelConfig, count: number): InputRows[] {
  const inputs = createInputRows(config, count);
  const random = randomFrom(SEED);
  inputs.forEach((rows, index) => {
    const features = config.inputs[index]?.features ?? [];
    for (let row = 1; row < count; row++) fillRow(rows, features, row, random);
  });
  return inputs;
}

/** The values of one row by input, of wide ones only the first. */
export function describeRow(inputs: readonly InputRows[], row: number, most = 16): Record<string, unknown[]> {
  return Object.fromEntries(
    inputs.map(({ name, data, width }) => {
      const values = Array.from(data.slice(row * width, row * width + Math.min(width, most)) as ArrayLike<unknown>);
      return [name, values.map((value) => (typeof value === 'bigint' ? Number(value) : value))];
    }),
  );
}

function fillRow(rows: InputRows, features: readonly FeatureConfig[], row: number, random: Random): void {
  let column = row * rows.width;
  for (const feature of features) {
    for (let element = 0; element < (feature.length ?? 1); element++, column++) {
      const value = probeValue(feature, rows.datatype, row % DEFAULTS_EVERY === 0, random);
      const isWide = rows.datatype === 'int64' || rows.datatype === 'uint64';
      // The datatype says which of the arrays it is, and createInputRows made the right one.
      (rows.data as unknown[])[column] = isWide ? BigInt(value) : value;
    }
  }
}

function probeValue(
  feature: FeatureConfig,
  datatype: TensorDatatype,
  asDefault: boolean,
  random: Random,
): number | string {
  const { categories, scale } = feature;
  const given = asDefault ? feature.default : null;
  if (categories) return given === null ? pick(categories, random)[1] : codeOf(categories, String(given));
  if (datatype === 'string') return given === null ? pick(TEXTS, random) : String(given);
  if (given !== null) return (Number(given) - (scale?.subtract ?? 0)) / (scale?.divide ?? 1);
  const isFloat = (datatype === 'float32' || datatype === 'float64') && feature.kind.startsWith('float');
  return isFloat ? random() : Math.floor(random() * 2);
}

function codeOf(categories: NonNullable<FeatureConfig['categories']>, text: string): number {
  return categories.find(([category]) => category === text)?.[1] ?? 0;
}

function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)] as T;
}

/** mulberry32: the same rows in every process and version. */
function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
