const METHODS = new Set(['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS']);

/** Label values come from closed sets: whatever a client or a record could make up becomes one value. */
export function methodLabel(method: string): string {
  return METHODS.has(method) ? method : 'other';
}

/** @param template the route's template, never its path; undefined = no route matched */
export function routeLabel(template: string | undefined): string {
  return template ?? 'unmatched';
}

export function codeLabel(code: string): string {
  return /^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? code : 'OTHER';
}

export function reasonLabel(reason: string): string {
  return /^[a-z][a-z-]{0,31}$/.test(reason) ? reason : 'other';
}
