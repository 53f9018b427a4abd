/** A Compact type as the cluster knows it. */
export interface CompactSchema {
  readonly typeName: string;
  readonly schemaId: bigint;
  /** `kind`: the ordinal of Hazelcast's FieldKind. */
  readonly fields: readonly CompactField[];
}

export interface CompactField {
  readonly name: string;
  readonly kind: number;
}
