import { type ScoringSession } from '@nearscore/inference';
import { type LaneModel, type LaneModelName } from './lane-messages';
import { modelNameOf } from './lane-model';

interface HeldSession {
  readonly loading: Promise<ScoringSession>;
  /** Undefined while it is loaded. */
  session: ScoringSession | undefined;
}

/** Loads a version and warms it up. */
export type LoadSession = (model: LaneModel) => Promise<ScoringSession>;

/**
 * The sessions of a lane, one for each version however many streams it scores. Whoever uses one says so by keeping it; the
 * pool never looks whether a session that it releases is in use.
 */
export class SessionPool {
  private readonly held = new Map<string, HeldSession>();
  /** Loading blocks the thread: one after the other, so that batches come between. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly load: LoadSession) {}

  /** Versions that are loaded, or being loaded. */
  get size(): number {
    return this.held.size;
  }

  /** Whether it is loaded and warm. */
  has(model: LaneModelName): boolean {
    return this.held.get(modelNameOf(model))?.session !== undefined;
  }

  /** Loaded and warm; what is not there is loaded. Rejects as the loader does, and tries again when it is asked again. */
  session(model: LaneModel): Promise<ScoringSession> {
    const name = modelNameOf(model);
    const held = this.held.get(name) ?? this.begin(name, model);
    return held.loading;
  }

  /** Releases all others; one that is being loaded as soon as it is. Resolves when those that were loaded are released. */
  async keep(models: Iterable<LaneModelName>): Promise<void> {
    const kept = new Set([...models].map(modelNameOf));
    const released: Promise<void>[] = [];
    for (const [name, held] of this.held) {
      if (kept.has(name)) continue;
      this.held.delete(name);
      if (held.session) released.push(release(held.session));
    }
    await Promise.all(released);
  }

  private begin(name: string, model: LaneModel): HeldSession {
    const loading = this.turn.then(() => this.loadIfHeld(name, held, model));
    const held: HeldSession = { loading, session: undefined };
    this.held.set(name, held);
    this.turn = loading.catch(() => undefined);
    held.loading.then(
      (session) => this.loaded(name, held, session),
      () => this.forget(name, held),
    );
    return held;
  }

  private loadIfHeld(name: string, held: HeldSession, model: LaneModel): Promise<ScoringSession> {
    if (this.held.get(name) === held) return this.load(model);
    return Promise.reject(new Error(`${model.model} version ${model.version} is not wanted any more`));
  }

  private loaded(name: string, held: HeldSession, session: ScoringSession): void {
    held.session = session;
    // Nobody wants it any more, and whoever asked for it knows.
    if (this.held.get(name) !== held) void release(session);
  }

  private forget(name: string, held: HeldSession): void {
    if (this.held.get(name) === held) this.held.delete(name);
  }
}

/** Memory that does not come back is no reason to end a lane. */
function release(session: ScoringSession): Promise<void> {
  return session.release().catch(() => undefined);
}
