import { pbkdf2 } from 'node:crypto';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NearscoreError } from '@nearscore/errors';
import { pino } from 'pino';
import { createLogger, lastLineWritten, type Logger, NestLogger } from './index';

function capture(level = 'trace'): { logger: Logger; lines: () => Record<string, unknown>[] } {
  const written: string[] = [];
  const logger = createLogger('test', level, { write: (line) => void written.push(line) });
  return { logger, lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('createLogger', () => {
  it('writes one JSON object per line, levels by name, time in ISO', () => {
    const { logger, lines } = capture();
    logger.info({ stream: 'fraud' }, 'deployed');
    expect(lines()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        pid: process.pid,
        name: 'test',
        stream: 'fraud',
        msg: 'deployed',
      },
    ]);
  });

  it('keeps the code of an error', () => {
    const { logger, lines } = capture();
    logger.error({ err: new NearscoreError('GRID_UNAVAILABLE', 'gone') }, 'failed');
    expect(lines()[0]).toMatchObject({ err: { code: 'GRID_UNAVAILABLE', message: 'gone' } });
  });

  it('is silent below its level', () => {
    const { logger, lines } = capture('warn');
    logger.info('no');
    logger.warn('yes');
    expect(lines().map((line) => line.msg)).toEqual(['yes']);
  });
});

describe('lastLineWritten', () => {
  it('waits for a fatal line that all threads for writing are too busy for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'last-line-'));
    const path = join(folder, 'log');
    const destination = pino.destination({ dest: openSync(path, 'w'), sync: false });
    const busy = Array.from({ length: 8 }, () => promisify(pbkdf2)('', '', 50_000, 64, 'sha512'));
    const logger = createLogger('test', 'fatal', destination);
    logger.fatal('stuck');
    expect(readFileSync(path, 'utf8')).toBe('');
    await lastLineWritten(logger);
    expect(readFileSync(path, 'utf8')).toContain('"msg":"stuck"');
    await Promise.all(busy);
    rmSync(folder, { recursive: true });
  });

  it('waits for nothing where lines are written at once', async () => {
    const { logger, lines } = capture();
    logger.fatal('stuck');
    await lastLineWritten(logger);
    expect(lines()).toHaveLength(1);
  });
});

describe('NestLogger', () => {
  it('tells what Nest says about its own start at debug, all else at its level', () => {
    const { logger, lines } = capture();
    const nest = new NestLogger(logger);
    nest.log('Mapped {/metrics, GET} route', 'RouterExplorer');
    nest.log('listening', 'Main');
    nest.warn({ a: 1 });
    nest.verbose('x', 'Y');
    expect(lines().map(({ level, context, msg }) => [level, context, msg])).toEqual([
      ['debug', 'RouterExplorer', 'Mapped {/metrics, GET} route'],
      ['info', 'Main', 'listening'],
      ['warn', undefined, '{"a":1}'],
      ['trace', 'Y', 'x'],
    ]);
  });

  it('tells stack and context of an error apart', () => {
    const { logger, lines } = capture();
    const nest = new NestLogger(logger);
    nest.error('broke', 'Error: broke\n at x', 'ExceptionsHandler');
    nest.fatal(new Error('worse'), 'Main');
    expect(lines()).toMatchObject([
      { level: 'error', msg: 'broke', stack: 'Error: broke\n at x', context: 'ExceptionsHandler' },
      { level: 'fatal', msg: 'worse', context: 'Main', err: { message: 'worse' } },
    ]);
  });
});
