import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { type Readable } from 'node:stream';
import { UnreadableFileError } from '../program/cli.errors';

/** Lines of NDJSON as they come, blank ones left out; knows which line of the source a record was. */
export class NdjsonSource implements AsyncIterable<string> {
  /** Numbers of the blank lines, ascending. */
  private readonly blank: number[] = [];

  /** @param skip lines to pass over */
  constructor(
    private readonly input: Readable,
    private readonly skip = 0,
  ) {}

  /** The line of the source's n-th record, both from 1. */
  lineOf(record: number): number {
    let line = record === 0 ? this.skip : record + this.skip;
    for (const blank of this.blank) if (record > 0 && blank <= line) line++;
    return line;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    let number = 0;
    for await (const line of lines(this.input)) {
      number++;
      if (number <= this.skip) continue;
      if (line.trim() === '') this.blank.push(number);
      else yield line;
    }
  }
}

/** A file for reading; it is there when this resolves. UnreadableFileError when not. */
export async function openText(path: string): Promise<Readable> {
  try {
    const file = await open(path);
    return createReadStream(path, { fd: file });
  } catch (error) {
    throw new UnreadableFileError(path, error);
  }
}

/** How many lines a file has that are not blank; reads it through. */
export async function countRecords(path: string, skip: number): Promise<number> {
  let count = 0;
  for await (const _line of new NdjsonSource(await openText(path), skip)) count++;
  return count;
}

async function* lines(input: Readable): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const chunk of input.setEncoding('utf8')) {
    const whole = (rest + (chunk as string)).split('\n');
    rest = whole.pop() ?? '';
    yield* whole;
  }
  if (rest !== '') yield rest;
}
