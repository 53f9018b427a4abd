import { type Readable } from 'node:stream';
import { NearscoreClient } from '@nearscore/client';
import { childEnvironment, CLI_SETTINGS, loadCliConfig } from '@nearscore/config';
import { type Command } from 'commander';
import { type OutputFormat, Printer } from '../output/printer';
import { type Output, Terminal } from '../terminal/terminal';
import { type ExitCode } from './exit-codes';

/** What the process lends a command. */
export interface CliHost {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborted by Ctrl-C, or when nobody reads the output any more. */
  interruption(): AbortSignal;
}

/** What a command works with. */
export interface Session {
  readonly client: NearscoreClient;
  /** What was asked for. */
  readonly out: Printer;
  /** How it goes, on the error output: what is piped holds only what was asked for. */
  readonly notes: Terminal;
  readonly stdin: CliHost['stdin'];
  readonly signal: AbortSignal;
}

export interface GlobalOptions {
  readonly gateway?: string;
  readonly output: OutputFormat;
}

export type CommandHandler<TOptions> = (
  session: Session,
  args: readonly string[],
  options: TOptions,
) => Promise<ExitCode>;

/** Makes commander call the handler, and hands on what it ends with. */
export class CommandRunner {
  private ended: ExitCode | undefined;

  constructor(private readonly host: CliHost) {}

  /** Of the command that ran; undefined: none did. */
  get exitCode(): ExitCode | undefined {
    return this.ended;
  }

  run<TOptions extends object = object>(handler: CommandHandler<TOptions>) {
    return async (...parameters: unknown[]): Promise<void> => {
      const command = parameters.at(-1) as Command;
      const session = this.open(command.optsWithGlobals<GlobalOptions>());
      this.ended = await handler(session, command.args, command.opts<TOptions>());
    };
  }

  private open({ gateway, output }: GlobalOptions): Session {
    const given = gateway === undefined ? {} : { [CLI_SETTINGS.gatewayUrl.name]: gateway };
    const { gatewayUrl } = loadCliConfig(childEnvironment(given));
    return {
      client: new NearscoreClient({ baseUrl: gatewayUrl }),
      out: new Printer(this.host.stdout, output),
      notes: new Terminal(this.host.stderr),
      stdin: this.host.stdin,
      signal: this.host.interruption(),
    };
  }
}
