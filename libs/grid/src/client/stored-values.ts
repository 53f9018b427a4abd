import { type Client } from 'hazelcast-client';

/**
 * What the client reads values with. It is no part of its public types: an integration test tells when an update
 * changes it.
 */
interface ClientInternals {
  getSerializationService(): { toObject(data: StoredData): unknown };
  getInvocationService(): { fetchSchema(schemaId: unknown): Promise<void> };
}

interface StoredData {
  getType(): number;
  toBuffer(): Buffer;
}

/** A Compact value of a schema that the client has not met yet: fetch it, and read again. */
export class UnknownSchema {
  constructor(readonly schemaId: unknown) {}
}

/** Reads values from their bytes just as the client reads those that it fetches itself. */
export class StoredValues {
  private readonly client: ClientInternals;

  constructor(client: Client) {
    this.client = client as unknown as ClientInternals;
  }

  /** The value of a Data, with its 8-byte head. Throws what the client throws on bytes that it cannot read. */
  read(bytes: Buffer): unknown {
    const data = { getType: () => bytes.readInt32BE(4), toBuffer: () => bytes };
    try {
      return this.client.getSerializationService().toObject(data);
    } catch (error) {
      if (error instanceof Error && 'schemaId' in error) return new UnknownSchema(error.schemaId);
      throw error;
    }
  }

  /** Rejects when the cluster does not know it either. */
  fetchSchema({ schemaId }: UnknownSchema): Promise<void> {
    return this.client.getInvocationService().fetchSchema(schemaId);
  }
}
