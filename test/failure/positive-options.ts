/** Numbers of a command line, by option. Throws unless all are above 0. */
export function positiveOptions<K extends string>(texts: Readonly<Record<K, string>>): Record<K, number> {
  const options = Object.keys(texts) as K[];
  const numbers = Object.fromEntries(options.map((option) => [option, Number(texts[option])])) as Record<K, number>;
  if (options.every((option) => numbers[option] > 0)) return numbers;
  const names = new Intl.ListFormat('en-GB').format(options.map((option) => `--${option}`));
  throw new Error(`${names} take positive numbers`);
}
