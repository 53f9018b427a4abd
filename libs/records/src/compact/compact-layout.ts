import { type CompactField, type CompactSchema } from './compact-schema';
import { ELEMENT_SIZES, FIELD_SHAPES, FieldKind } from './field-kind';

/**
 * Where the fields of a Compact value lie:
 *
 *   [data length i32, only if any field is variable-size]
 *   data:    fixed-size fields by size descending, then name | booleans, 8 to a byte | variable-size values, anywhere
 *   offsets: one per variable-size field by name, from the data's start; 1, 2 or 4 bytes each by data length; −1: null
 *
 * Everything is big-endian.
 */
export interface CompactLayout {
  readonly places: ReadonlyMap<string, FieldPlace>;
  readonly fixedLength: number;
  readonly variableFields: number;
}

export interface FieldPlace {
  readonly kind: number;
  /** Of a fixed-size field: bytes from the data's start. Of a variable-size one: its index among the offsets. */
  readonly position: number;
  readonly bit: number;
}

export function compactLayout(schema: Pick<CompactSchema, 'fields'>): CompactLayout {
  const places = new Map<string, FieldPlace>();
  const byName = [...schema.fields].sort((one, other) => (one.name > other.name ? 1 : -1));
  let position = 0;
  for (const { name, kind } of fixedSizeFields(byName)) {
    places.set(name, { kind, position, bit: 0 });
    position += sizeOf(kind);
  }
  const booleans = byName.filter(({ kind }) => kind === FieldKind.BOOLEAN);
  booleans.forEach(({ name, kind }, index) => {
    places.set(name, { kind, position: position + (index >> 3), bit: index & 7 });
  });
  const variable = byName.filter(({ name }) => !places.has(name));
  variable.forEach(({ name, kind }, index) => places.set(name, { kind, position: index, bit: 0 }));
  return { places, fixedLength: position + ((booleans.length + 7) >> 3), variableFields: variable.length };
}

/** Without the booleans, which share bytes behind them. */
function fixedSizeFields(byName: readonly CompactField[]): CompactField[] {
  return byName
    .filter(({ kind }) => FIELD_SHAPES.get(kind)?.holds === 'fixed' && kind !== FieldKind.BOOLEAN)
    .sort((one, other) => sizeOf(other.kind) - sizeOf(one.kind));
}

function sizeOf(kind: number): number {
  return ELEMENT_SIZES.get(kind) ?? 0;
}

/** Bytes of each offset behind data of that length. */
export function offsetSize(dataLength: number): 1 | 2 | 4 {
  if (dataLength < 0xff) return 1;
  return dataLength < 0xffff ? 2 : 4;
}
