interface Route {
  readonly pattern: RegExp;
  readonly methods: readonly string[];
}

/** Knows every route, so that a path that exists is answered with 405 and its methods instead of 404. */
export class AllowedMethods {
  private readonly routes: Route[] = [];

  /** `path` as routers write it: `/v1/streams/:stream`. A route for every path is none of its own. */
  add(path: string, methods: string | readonly string[]): void {
    if (path === '*') return;
    const pattern = new RegExp(`^${path.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/:[^/]+/g, '[^/]+')}$`);
    this.routes.push({ pattern, methods: [methods].flat() });
  }

  /** The methods that `path` answers, sorted; empty when there is nothing at it. */
  at(path: string): string[] {
    const methods = this.routes.filter((route) => route.pattern.test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  }
}
