/** Runs a program of `npm run chaos`: what it throws is shown, and ends it with 1. */
export function runMain(main: () => Promise<void>): void {
  main().then(
    // A grid client that was cut off may keep timers of its own.
    () => process.exit(),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    },
  );
}
