import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnreadableFileError } from '../program/cli.errors';
import { PositionFile } from './position-file';

const folder = mkdtempSync(join(tmpdir(), 'position-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('PositionFile', () => {
  const path = join(folder, 'position');
  let now = 0;
  const fresh = () => new PositionFile(path, () => now);
  beforeEach(() => rmSync(path, { force: true }));

  it('is none before the first event, and none after no event', () => {
    const file = fresh();
    expect(file.read()).toBeUndefined();
    file.reach(undefined);
    file.save();
    expect(fresh().read()).toBeUndefined();
  });

  it('keeps the last position, written seldom and at the end', () => {
    const file = fresh();
    for (const position of ['a', 'b', 'c']) file.reach(position);
    expect(readFileSync(path, 'utf8')).toBe('a\n');
    now += 500;
    file.reach('d');
    expect(fresh().read()).toBe('d');
    file.reach('e');
    file.save();
    expect(fresh().read()).toBe('e');
  });

  it('is that of the run before until an event comes', () => {
    writeFileSync(path, 'before\n');
    const file = fresh();
    expect(file.read()).toBe('before');
    file.reach(undefined);
    file.save();
    expect(fresh().read()).toBe('before');
  });

  it('that cannot be read is told', () => {
    expect(() => new PositionFile(folder).read()).toThrow(UnreadableFileError);
  });
});
