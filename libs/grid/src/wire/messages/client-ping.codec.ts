import { type MessageWriter } from '../message-writer';

const TYPE = 0x000b00;

/** `request | – |`, `response | – |`: keeps the member from closing an idle connection and shows that it answers. */
export function encodeClientPing(writer: MessageWriter, correlation: number): void {
  writer.begin(TYPE, correlation, -1, 0);
  writer.end();
}
