import { GridUnavailableError } from '../grid.errors';
import { type GridCall, OperationDeadlineError, toGridError } from './grid-error-translation';

/** Runs calls of the client: refused while there is no connection, ended by a deadline, their errors translated. */
export class GridCalls {
  constructor(
    private readonly isConnected: () => boolean,
    private readonly timeoutMs: number,
  ) {}

  read<R>(map: string, operation: string, run: () => Promise<R>): Promise<R> {
    return this.call({ map, operation, kind: 'read' }, run);
  }

  write<R>(map: string, operation: string, run: () => Promise<R>): Promise<R> {
    return this.call({ map, operation, kind: 'write' }, run);
  }

  writeMany<R>(map: string, operation: string, run: () => Promise<R>): Promise<R> {
    return this.call({ map, operation, kind: 'write-many' }, run);
  }

  private async call<R>(call: GridCall, run: () => Promise<R>): Promise<R> {
    // Asked before the client is: what it reports later may concern a request that was sent.
    if (!this.isConnected()) throw offline(call);
    try {
      return await withDeadline(run(), this.timeoutMs);
    } catch (error) {
      throw toGridError(call, error);
    }
  }
}

function offline({ map, operation }: GridCall): GridUnavailableError {
  return new GridUnavailableError(`${operation} on map ${map} was not sent: no connection to the cluster.`, {
    details: { map, operation },
  });
}

/**
 * The client needs it: a request that waits in a connection's queue when that connection closes is dropped and its
 * promise never settles (PipelinedWriter.close, 5.6 and 5.7).
 */
async function withDeadline<R>(running: Promise<R>, timeoutMs: number): Promise<R> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new OperationDeadlineError(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([running, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
