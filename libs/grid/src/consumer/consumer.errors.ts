import { NearscoreError } from '@nearscore/errors';

/** Options with which no consumer can work. */
export class ConsumerOptionsError extends NearscoreError {
  /** @param issues what was expected, by option */
  constructor(readonly issues: Readonly<Record<string, string>>) {
    const list = Object.entries(issues).map(([option, expected]) => `${option}: ${expected}`);
    super('CONSUMER_OPTIONS_INVALID', `Options of a consumer: ${list.join('; ')}`, { details: { issues } });
  }
}

/** The map has no event journal, so that nothing can be consumed of it. */
export class NoJournalError extends NearscoreError {
  constructor(map: string, cause: unknown) {
    super('MAP_WITHOUT_JOURNAL', `Map ${map} has no event journal`, { details: { map }, cause });
  }
}
