/** Which member owns which partition, as this client knows it. */
export interface PartitionTable {
  count(): number;
  /** The owner's member uuid; undefined while the table is not known or the partition has none. */
  ownerOf(partition: number): string | undefined;
  partitionOf(key: string): number;
  /** Resolves when every partition has an owner. Rejects with GridUnavailableError after the operation timeout. */
  ready(): Promise<void>;
  /** Calls when an owner changed (found by comparing about every second); returns the function that ends it. */
  onChanged(listener: () => void): () => void;
}
