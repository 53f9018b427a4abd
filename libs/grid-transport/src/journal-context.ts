/** What a handler of events finds in `@Ctx()`. */
export class JournalContext {
  /**
   * @param partitions of which there are events in the batch
   * @param isRedelivery some of the events may have been handed over before
   */
  constructor(
    readonly map: string,
    readonly partitions: readonly number[],
    readonly isRedelivery: boolean,
  ) {}
}
