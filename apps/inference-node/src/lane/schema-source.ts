import { type SchemaReply } from '@nearscore/grid';
import { type CompactSchema } from '@nearscore/records';

/** Compact schemas by id, asked of the grid once: a schema never changes. */
export class SchemaSource {
  private readonly known = new Map<bigint, CompactSchema>();

  constructor(private readonly fetch: (schemaId: bigint) => Promise<SchemaReply | null>) {}

  async get(schemaId: bigint): Promise<CompactSchema | undefined> {
    const known = this.known.get(schemaId);
    if (known) return known;
    const reply = await this.fetch(schemaId);
    if (!reply) return undefined;
    const schema = { schemaId, ...reply };
    this.known.set(schemaId, schema);
    return schema;
  }
}
