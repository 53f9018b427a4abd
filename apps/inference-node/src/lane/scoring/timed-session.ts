import { type ScoringSession } from '@nearscore/inference';
import { type ActivityNote, type LanePulse } from '../lane-pulse';

type Runner = Pick<ScoringSession, 'run'>;

/** A session whose runs are noted: if it hangs, it is known which. */
export function notedSession(session: Runner, pulse: Pick<LanePulse, 'during'>, note: ActivityNote): Runner {
  return { run: (inputs, count, start) => pulse.during(note, () => session.run(inputs, count, start)) };
}

/**
 * Tells how long its runs took. ONNX Runtime's binding runs in the next turn of the event loop; what else that turn brings
 * is not the model's time.
 */
export class TimedSession implements Runner {
  private elapsedMs = 0;

  constructor(private readonly session: Runner) {}

  async run(...[inputs, count, start]: Parameters<Runner['run']>): ReturnType<Runner['run']> {
    let startedAt = performance.now();
    // The binding asks for its own turn after this one, so that nothing comes between them.
    setImmediate(() => (startedAt = performance.now()));
    try {
      return await this.session.run(inputs, count, start);
    } finally {
      this.elapsedMs += performance.now() - startedAt;
    }
  }

  /** Of all runs since it was called before. */
  takeMs(): number {
    const ms = this.elapsedMs;
    this.elapsedMs = 0;
    return ms;
  }
}
