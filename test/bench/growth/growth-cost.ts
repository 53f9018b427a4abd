import { type BenchRow, type PlaceOnAxis } from '../results/bench-row';
import { type Spread, spreadOf } from '../results/statistics';
import { baseOf } from './growth-case';

export type GrowthRow = BenchRow & { readonly growth: PlaceOnAxis };

/** What a record costs, or a part of it that must not grow either. */
export interface Cost {
  readonly title: string;
  readonly digits: number;
  /** @param base the row of the base case of the same round; NaN: there is no such cost */
  readonly of: (row: GrowthRow, base: GrowthRow | undefined) => number;
}

const PER_RECORD: Cost = { title: 'µs/record', digits: 2, of: (row) => row.cpuMicrosPerRecord.total };

const PER_FLOAT: Cost = {
  title: 'ns/float',
  digits: 1,
  of: ({ cpuMicrosPerRecord, growth }) => (cpuMicrosPerRecord.total * 1000) / growth.value,
};

/** What comes on top of a round without listeners. */
const PER_LISTENER: Cost = {
  title: 'µs/record and listener',
  digits: 3,
  of: ({ cpuMicrosPerRecord, growth }, base) =>
    growth.value > 0 && base?.growth.value === 0
      ? (cpuMicrosPerRecord.total - base.cpuMicrosPerRecord.total) / growth.value
      : NaN,
};

const MORE: Readonly<Partial<Record<PlaceOnAxis['axis'], Cost>>> = { width: PER_FLOAT, listeners: PER_LISTENER };

/** What an axis is judged by. */
export function costsOf(axis: PlaceOnAxis['axis']): Cost[] {
  const more = MORE[axis];
  return more ? [PER_RECORD, more] : [PER_RECORD];
}

/** One cost at all values of an axis. */
export class AxisCost {
  private readonly base: readonly GrowthRow[];
  /** What the others are compared with: the base, or the first value that has such a cost. */
  private readonly compared: number | undefined;

  constructor(
    private readonly cost: Cost,
    private readonly rows: readonly GrowthRow[],
  ) {
    const values = [...new Set(rows.map(({ growth }) => growth.value))];
    const base = baseOf(rows[0]?.growth.axis ?? 'keys', values);
    this.base = this.at(base);
    this.compared = [base, ...values].find((value) => this.figures(value));
  }

  /** undefined: there is no such cost at this value. */
  figures(value: number): Spread | undefined {
    return spread(this.at(value).map((row) => this.figureOf(row)));
  }

  /** Of rounds in the same turn: they met the same minute of a machine that changes. */
  factors(value: number): Spread | undefined {
    const compared = this.at(this.compared ?? NaN);
    return spread(this.at(value).map((row) => this.figureOf(row) / this.figureOf(sameRound(compared, row))));
  }

  private at(value: number): GrowthRow[] {
    return this.rows.filter(({ growth }) => growth.value === value);
  }

  private figureOf(row: GrowthRow | undefined): number {
    return row ? this.cost.of(row, sameRound(this.base, row)) : NaN;
  }
}

function sameRound(rows: readonly GrowthRow[], { round }: GrowthRow): GrowthRow | undefined {
  return rows.find((row) => row.round === round);
}

function spread(values: readonly number[]): Spread | undefined {
  const finite = values.filter(Number.isFinite);
  return finite.length > 0 ? spreadOf(finite) : undefined;
}
