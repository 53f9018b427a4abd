import { type MessageReader } from '../message-reader';
import { type MessageWriter } from '../message-writer';

const TYPE = 0x200500;

/**
 * `request | – |`, `response | – |, XML`: the configuration that the member runs with, maps added at run time included.
 * Meant for management centers; a stock member answers it to every client.
 */
export function encodeMcGetMemberConfig(writer: MessageWriter, correlation: number): void {
  writer.begin(TYPE, correlation, -1, 0);
  writer.end();
}

export function decodeMcGetMemberConfig(reader: MessageReader): string {
  return reader.string();
}
