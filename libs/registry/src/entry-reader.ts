import { type z } from 'zod';
import { RegistryEntryError } from './registry.errors';

/** Told of each entry that a listing left out because it cannot be read. */
export type UnreadableListener = (error: RegistryEntryError) => void;

/** Reads entries of one map that another version of the software may have written. */
export class EntryReader<T> {
  constructor(
    private readonly mapName: string,
    private readonly schema: z.ZodType<T>,
    private readonly onUnreadable: UnreadableListener = () => undefined,
  ) {}

  /** RegistryEntryError names every field that is not as expected. */
  read(key: string, value: unknown): T {
    const result = this.schema.safeParse(value);
    if (result.success) return result.data;
    const issues = result.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
    throw new RegistryEntryError(this.mapName, key, issues);
  }

  /** What can be read; one entry of another version must not hide all others. */
  readAll(entries: Iterable<readonly [string, unknown]>): T[] {
    return [...entries].flatMap(([key, value]) => this.readOrTell(key, value) ?? []);
  }

  /** Undefined, and told, when it cannot be read. */
  readOrTell(key: string, value: unknown): T | undefined {
    try {
      return this.read(key, value);
    } catch (error) {
      if (!(error instanceof RegistryEntryError)) throw error;
      this.onUnreadable(error);
      return undefined;
    }
  }
}
