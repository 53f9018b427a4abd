export { createLogger, lastLineWritten, type Logger } from './logger';
export { NestLogger } from './nest-logger';
