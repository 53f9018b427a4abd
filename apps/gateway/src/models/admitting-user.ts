import { InvalidUserError } from './model.errors';

/** Who sends a request, as they or the proxy before us say: the gateway itself knows nobody. */
export const USER_HEADER = 'x-nearscore-user';

/** null where nobody is named. InvalidUserError for what would not be read as one name. */
export function parseUser(header: string | undefined): string | null {
  if (header === undefined) return null;
  if (!/^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/.test(header)) throw new InvalidUserError(USER_HEADER);
  return header;
}
