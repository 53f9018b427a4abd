import { memberJavaFlags } from './member-java-flags';

const HUGE_PAGES = '-XX:+UseTransparentHugePages';

it('takes the whole heap at the start, in huge pages where there are such', () => {
  const hugePages = process.platform === 'linux' ? [HUGE_PAGES] : [];
  expect(memberJavaFlags()).toEqual(['-XX:+UseParallelGC', ...hugePages, '-XX:+AlwaysPreTouch']);
});

it('leaves the other flags as they are when one is another', () => {
  const others = memberJavaFlags().filter((flag) => flag !== '-XX:+UseParallelGC');
  expect(memberJavaFlags({ collector: 'g1' })).toEqual(['-XX:+UseG1GC', ...others]);
  expect(memberJavaFlags({ preTouch: false })).not.toContain('-XX:+AlwaysPreTouch');
});
