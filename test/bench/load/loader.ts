import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectPath } from '@nearscore/local-cluster';
import { type LoadAnswer, type LoaderSetup, type LoadRequest } from './load-messages';

/** The loader's process, as the bench sees it. */
export class Loader {
  private constructor(private readonly child: ChildProcess) {}

  static async start(setup: LoaderSetup): Promise<Loader> {
    const child = fork(join(__dirname, 'loader.main.ts'), [JSON.stringify(setup)], {
      execArgv: ['-r', projectPath('test', 'fixtures', 'typescript-register.cjs')],
      serialization: 'advanced',
    });
    const loader = new Loader(child);
    await loader.answer();
    return loader;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async ask<R extends LoadRequest>(request: R): Promise<LoadAnswer<R>> {
    this.child.send(request);
    return (await this.answer()) as LoadAnswer<R>;
  }

  stop(): void {
    if (this.child.connected) this.child.disconnect();
  }

  private async answer(): Promise<unknown> {
    const ended = new AbortController();
    const message = once(this.child, 'message', { signal: ended.signal });
    const exit = once(this.child, 'exit', { signal: ended.signal });
    try {
      const [first] = (await Promise.race([message, exit.then(() => Promise.reject(new LoaderEndedError()))])) as [
        unknown,
      ];
      return first;
    } finally {
      ended.abort();
    }
  }
}

class LoaderEndedError extends Error {
  constructor() {
    super('The loader ended; its error stands above.');
  }
}
