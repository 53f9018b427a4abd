import { RecordRefusedError } from './grid-transport.errors';

/** `value`: field values by name, as JSON; null removes the record. */
export interface RecordToPut {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>> | null;
}

/** Nothing is converted silently. @throws RecordRefusedError */
export function parseRecordToPut(data: unknown): RecordToPut {
  const { key, value } = (data ?? {}) as Partial<RecordToPut>;
  // Lone surrogates would make two keys one.
  if (typeof key !== 'string' || key === '' || /\p{Surrogate}/u.test(key)) {
    throw new RecordRefusedError('key: expected well-formed text that is not empty');
  }
  if (value === null) return { key, value };
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new RecordRefusedError('value: expected an object of field values, or null');
  }
  checkJson(value);
  return { key, value };
}

function checkJson(value: object): void {
  try {
    JSON.stringify(value, (field, of: unknown) => {
      if (typeof of === 'number' && !Number.isFinite(of)) throw new RecordRefusedError(`${field}: not a finite number`);
      return of;
    });
  } catch (error) {
    if (error instanceof RecordRefusedError) throw error;
    throw new RecordRefusedError('value: it has no form as JSON');
  }
}
