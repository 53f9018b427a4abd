/** The bytes of one answer. After `end` they are gone, so that a view kept for too long shows. */
export class ReplyBytes {
  private content = '';
  private made: Buffer | undefined;

  get bytes(): Buffer {
    return (this.made ??= Buffer.from(this.content, 'latin1'));
  }

  /** Appends a key and a value. Returns keyStart, keyEnd, valueStart (-1 for none), valueEnd. */
  add(key: string, value: string | null): [number, number, number, number] {
    const keyStart = this.content.length;
    const keyEnd = keyStart + key.length;
    this.content += value === null ? key : key + value;
    return [keyStart, keyEnd, value === null ? -1 : keyEnd, this.content.length];
  }

  end(): void {
    this.made?.fill('!');
  }
}
