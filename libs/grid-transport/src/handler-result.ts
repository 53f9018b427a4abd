import { isObservable, lastValueFrom } from 'rxjs';

/** Waits for what a handler gave back: Nest turns an exception of a handler into an observable that fails. */
export async function settled(result: unknown): Promise<void> {
  const given = await result;
  if (isObservable(given)) await lastValueFrom(given, { defaultValue: undefined });
}
