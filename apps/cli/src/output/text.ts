/** Keys and messages come from anywhere: what would move the cursor, or begin another line, is shown by its code. */
export function visible(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Null and undefined as one sign, the rest as it is. */
export function cell(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  if (typeof value === 'object') return visible(JSON.stringify(value));
  return visible(String(value));
}

export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 record`, `1,250 records`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB'] as const;

export function bytes(count: number): string {
  const step = Math.min(Math.floor(Math.log2(Math.max(1, count)) / 10), BYTE_UNITS.length - 1);
  return `${(count / 1024 ** step).toFixed(step === 0 ? 0 : 1)} ${BYTE_UNITS[step]}`;
}

/** A part of 1, in percent. */
export function percent(part: number | null): string {
  return part === null ? '-' : `${Number((part * 100).toFixed(2))} %`;
}

/** At most six digits behind the point, and none for nothing. */
export function figure(value: number | null): string {
  return value === null ? '-' : String(Number(value.toFixed(6)));
}
