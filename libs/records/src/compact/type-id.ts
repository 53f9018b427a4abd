/** The type ids, in a Data's header, of the values that are read or written here. */
export const TypeId = {
  COMPACT: -55,
  FLOAT_ARRAY: -18,
  DOUBLE_ARRAY: -19,
  JSON: -130,
} as const;
