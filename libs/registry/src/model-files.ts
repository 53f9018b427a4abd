import { randomUUID } from 'node:crypto';
import { type GridMap } from '@nearscore/grid';
import { z } from 'zod';
import { ComparedEntries } from './compared-entries';
import { type FileAddress, folderOf, folderOfKey, ModelChunks } from './model-chunks';

/** A claim older than this is of an upload that died: none takes so long, however far apart the clocks of gateways are. */
const CLAIM_MS = 3_600_000;

const headSchema = z.object({
  sha256: z.string(),
  /** Part of the chunks' keys: the same file, stored again after it was collected, is of another one. */
  generation: z.string(),
  chunks: z.number().int().positive(),
  /** Rises with each change, so that a head is never again what it was. */
  revision: z.number().int().positive(),
  /** Who is storing the file now, and since when (epoch ms). */
  claims: z.array(z.object({ id: z.string(), at: z.number() })),
});

type Head = z.infer<typeof headSchema>;

/** Whether an entry names the file. */
export type IsNamed = (sha256: string) => Promise<boolean>;

/** A file that is stored, and not collected before it is released. */
export interface HeldFile {
  readonly address: FileAddress;
  /** False: it was held for so long that it was collected meanwhile. Whoever named it must store it again. */
  release(): Promise<boolean>;
}

/**
 * Files under their checksum, so that equal ones lie once. The head of a file says of which generation its chunks are, and who
 * is storing it now. A file is collected by removing its head, by compare-and-set with what was read before nobody was found
 * who names it; whoever stores it later begins another generation. So nobody ever names chunks that somebody is removing.
 */
export class ModelFiles {
  private readonly heads: ComparedEntries<Head>;
  private readonly chunks: ModelChunks;

  /** @param now epoch ms */
  constructor(
    heads: GridMap<unknown>,
    private readonly chunkMap: GridMap<Buffer>,
    private readonly now: () => number = Date.now,
  ) {
    this.heads = new ComparedEntries<Head>(heads, headSchema);
    this.chunks = new ModelChunks(chunkMap);
  }

  /** Writes all of the file even if it is there already: what the grid lost of it is there again. */
  async hold(bytes: Uint8Array, address: Omit<FileAddress, 'generation'>): Promise<HeldFile> {
    const id = randomUUID();
    const held = { ...address, generation: await this.claim(address, id) };
    await this.chunks.put(bytes, held);
    return { address: held, release: () => this.release(held, id) };
  }

  /** The bytes; or what is wrong with what lies there. */
  get(address: FileAddress): Promise<Buffer | string> {
    return this.chunks.get(address);
  }

  /** Removes the file unless somebody names or stores it. Returns whether it did. */
  async collect(sha256: string, isNamed: IsNamed): Promise<boolean> {
    const head = await this.heads.get(sha256);
    if (head === undefined) return false;
    // The name comes before the release: who no longer claims it, and has not named it, will not.
    if (head.claims.some((claim) => this.counts(claim)) || (await isNamed(sha256))) return false;
    if (!(await this.heads.remove(sha256, head))) return false;
    await this.chunks.delete(head);
    return true;
  }

  /**
   * Collects every file that nobody names or stores, and the chunks that a collector left behind when it died.
   * @param named all that entries name
   */
  async sweep(named: () => Promise<readonly FileAddress[]>, isNamed: IsNamed): Promise<void> {
    // A file's head is there before its first chunk: a chunk that is seen, and then has no head, was being removed.
    const keys = await this.chunkMap.keys();
    const heads = await this.heads.all();
    const names = await named();
    const folders = new Set([...heads, ...names].map(folderOf));
    for (const key of keys) if (!folders.has(folderOfKey(key))) await this.chunkMap.delete(key);
    const files = new Set(names.map(({ sha256 }) => sha256));
    for (const { sha256 } of heads) if (!files.has(sha256)) await this.collect(sha256, isNamed);
  }

  /** Returns the file's generation. */
  private async claim({ sha256, chunks }: Omit<FileAddress, 'generation'>, id: string): Promise<string> {
    for (;;) {
      const head = await this.heads.get(sha256);
      const { generation = randomUUID(), revision = 0, claims = [] } = head ?? {};
      const counting = [...claims.filter((claim) => this.counts(claim)), { id, at: this.now() }];
      const next = { sha256, generation, chunks, revision: revision + 1, claims: counting };
      if (await this.heads.replace(sha256, head, next)) return generation;
    }
  }

  private async release({ sha256, generation }: FileAddress, id: string): Promise<boolean> {
    for (;;) {
      const head = await this.heads.get(sha256);
      if (head?.generation !== generation) return false;
      const claims = head.claims.filter((claim) => claim.id !== id);
      if (await this.heads.replace(sha256, head, { ...head, revision: head.revision + 1, claims })) return true;
    }
  }

  private counts({ at }: { readonly at: number }): boolean {
    return this.now() - at < CLAIM_MS;
  }
}
