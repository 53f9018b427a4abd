/** The type ids, in a Data's header, of the keys and values that are read or written here. */
export const TypeId = {
  INT: -7,
  LONG: -8,
  STRING: -11,
  COMPACT: -55,
  FLOAT_ARRAY: -18,
  DOUBLE_ARRAY: -19,
  JSON: -130,
} as const;
