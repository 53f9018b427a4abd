import { closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';

const TAIL_BYTES = 16 * 1024;

/** A file descriptor for a child's output; the log of the process before it is kept above. */
export function openLog(path: string, append: boolean): number {
  mkdirSync(dirname(path), { recursive: true });
  return openSync(path, append ? 'a' : 'w');
}

/** The last `lines` lines of a file of any size; '' when there is none. */
export function tailOf(path: string, lines: number): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(file);
    const length = Math.min(size, TAIL_BYTES);
    const bytes = Buffer.alloc(length);
    readSync(file, bytes, 0, length, size - length);
    return bytes.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } finally {
    closeSync(file);
  }
}
