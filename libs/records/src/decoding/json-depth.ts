const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[` and `{`, and `]` and `}`, differ in this bit alone. */
const BRACE_BIT = 0x20;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Whether JSON text nests deeper than `limit`, told without recursion and before anything is parsed. */
export function isTooDeep(text: Uint8Array, limit: number): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const byte = text[index] as number;
    if (byte === QUOTE) index = endOfString(text, index);
    else if ((byte | BRACE_BIT) === OPEN && ++depth > limit) return true;
    else if ((byte | BRACE_BIT) === CLOSE) depth--;
  }
  return false;
}

/** Index of the closing quote, or of the text's end. */
function endOfString(text: Uint8Array, start: number): number {
  let index = start + 1;
  while (index < text.length && text[index] !== QUOTE) index += text[index] === BACKSLASH ? 2 : 1;
  return index;
}
