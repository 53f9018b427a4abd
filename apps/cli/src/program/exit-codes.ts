/** What a command ends with; docs/cli.md lists the same. */
export const EXIT = {
  ok: 0,
  /** The gateway refused, or something broke. */
  failed: 1,
  /** The command line is not one. */
  usage: 2,
  /** No gateway answers. */
  unreachable: 3,
  /** There is no such record, stream, model, rollout. */
  notFound: 4,
  /** Done for some: records were refused, or a prediction did not come in time. */
  incomplete: 5,
  /** A rollout came to another end than was asked for. */
  otherEnd: 6,
  /** Ctrl-C came before the end. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
