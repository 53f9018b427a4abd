/** A lone surrogate becomes U+FFFD in UTF-8, so two different texts would become one. */
export function isWellFormedText(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
