import { type Logger } from './logger';

/** What Nest itself tells about its start: of use when wiring fails, noise otherwise. */
const FRAMEWORK_CONTEXTS = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'NestMicroservice',
  'RouterExplorer',
  'RoutesResolver',
]);

/** Nest's LoggerService over a Logger. Nest passes the context, and for errors the stack before it, as last arguments. */
export class NestLogger {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    const context = contextOf(rest);
    this.logger[FRAMEWORK_CONTEXTS.has(context ?? '') ? 'debug' : 'info']({ context }, textOf(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error(errorFields(message, rest), textOf(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn({ context: contextOf(rest) }, textOf(message));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug({ context: contextOf(rest) }, textOf(message));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.trace({ context: contextOf(rest) }, textOf(message));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.logger.fatal(errorFields(message, rest), textOf(message));
  }
}

function contextOf(rest: unknown[]): string | undefined {
  const last = rest.at(-1);
  return typeof last === 'string' ? last : undefined;
}

function errorFields(message: unknown, rest: unknown[]): object {
  const stack = rest.length > 1 && typeof rest[0] === 'string' ? rest[0] : undefined;
  return { context: contextOf(rest), stack, err: message instanceof Error ? message : undefined };
}

function textOf(message: unknown): string {
  if (message instanceof Error) return message.message;
  return typeof message === 'string' ? message : JSON.stringify(message);
}
