/** Hazelcast's FieldKind ordinals, of the kinds that a feature or a prediction may have. */
export const FieldKind = {
  BOOLEAN: 1,
  ARRAY_OF_BOOLEAN: 2,
  INT8: 3,
  ARRAY_OF_INT8: 4,
  INT16: 7,
  ARRAY_OF_INT16: 8,
  INT32: 9,
  ARRAY_OF_INT32: 10,
  INT64: 11,
  ARRAY_OF_INT64: 12,
  FLOAT32: 13,
  ARRAY_OF_FLOAT32: 14,
  FLOAT64: 15,
  ARRAY_OF_FLOAT64: 16,
  STRING: 17,
  ARRAY_OF_STRING: 18,
  DECIMAL: 19,
  ARRAY_OF_DECIMAL: 20,
  NULLABLE_BOOLEAN: 33,
  ARRAY_OF_NULLABLE_BOOLEAN: 34,
  NULLABLE_INT8: 35,
  ARRAY_OF_NULLABLE_INT8: 36,
  NULLABLE_INT16: 37,
  ARRAY_OF_NULLABLE_INT16: 38,
  NULLABLE_INT32: 39,
  ARRAY_OF_NULLABLE_INT32: 40,
  NULLABLE_INT64: 41,
  ARRAY_OF_NULLABLE_INT64: 42,
  NULLABLE_FLOAT32: 43,
  ARRAY_OF_NULLABLE_FLOAT32: 44,
  NULLABLE_FLOAT64: 45,
  ARRAY_OF_NULLABLE_FLOAT64: 46,
} as const;

/** How a field of some kind holds its elements. */
export interface FieldShape {
  /** The kind of one element: BOOLEAN, INT8 … FLOAT64, STRING or DECIMAL. */
  readonly element: number;
  /**
   * fixed: among the fixed-size fields. single: one value or null. array: [count i32][elements].
   * sparse-array: [data length i32][count i32][elements][offsets, −1: null].
   */
  readonly holds: 'fixed' | 'single' | 'array' | 'sparse-array';
}

const PRIMITIVES = ['BOOLEAN', 'INT8', 'INT16', 'INT32', 'INT64', 'FLOAT32', 'FLOAT64'] as const;

export const FIELD_SHAPES: ReadonlyMap<number, FieldShape> = new Map<number, FieldShape>([
  ...PRIMITIVES.flatMap((name): [number, FieldShape][] => [
    [FieldKind[name], { element: FieldKind[name], holds: 'fixed' }],
    [FieldKind[`ARRAY_OF_${name}`], { element: FieldKind[name], holds: 'array' }],
    [FieldKind[`NULLABLE_${name}`], { element: FieldKind[name], holds: 'single' }],
    [FieldKind[`ARRAY_OF_NULLABLE_${name}`], { element: FieldKind[name], holds: 'sparse-array' }],
  ]),
  ...(['STRING', 'DECIMAL'] as const).flatMap((name): [number, FieldShape][] => [
    [FieldKind[name], { element: FieldKind[name], holds: 'single' }],
    [FieldKind[`ARRAY_OF_${name}`], { element: FieldKind[name], holds: 'sparse-array' }],
  ]),
]);

/** Bytes of one element; 0 for those that state their own length. */
export const ELEMENT_SIZES: ReadonlyMap<number, number> = new Map([
  [FieldKind.BOOLEAN, 1],
  [FieldKind.INT8, 1],
  [FieldKind.INT16, 2],
  [FieldKind.INT32, 4],
  [FieldKind.INT64, 8],
  [FieldKind.FLOAT32, 4],
  [FieldKind.FLOAT64, 8],
  [FieldKind.STRING, 0],
  [FieldKind.DECIMAL, 0],
]);
