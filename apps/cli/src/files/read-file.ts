import { readFile } from 'node:fs/promises';
import { UnreadableFileError } from '../program/cli.errors';

/** The bytes of a file that was named. UnreadableFileError when there are none. */
export async function readNamedFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UnreadableFileError(path, error);
  }
}

export async function readNamedText(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : (await readNamedFile(path)).toString('utf8');
}
