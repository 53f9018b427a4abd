/** How often a text comes in a sequence of chunks, whole or cut. */
export class EventCount {
  count = 0;
  private readonly text: Buffer;
  private rest = Buffer.alloc(0);

  constructor(text: string) {
    this.text = Buffer.from(text);
  }

  add(chunk: Buffer): void {
    const bytes = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    let from = 0;
    for (let at = bytes.indexOf(this.text); at >= 0; at = bytes.indexOf(this.text, from)) {
      this.count++;
      from = at + this.text.length;
    }
    // Copied: a part of a chunk would keep all of it.
    this.rest = Buffer.from(bytes.subarray(Math.max(from, bytes.length - this.text.length + 1)));
  }
}
