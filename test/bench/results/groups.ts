/** Items of the same name together, in the order in which they came. */
export function groupsOf<T, N extends string>(items: readonly T[], nameOf: (item: T) => N): Map<N, T[]> {
  const groups = new Map<N, T[]>();
  for (const item of items) {
    const name = nameOf(item);
    groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  return groups;
}
