/** A line for the person who runs the bench. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
