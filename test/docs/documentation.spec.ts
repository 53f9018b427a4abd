import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectPath } from '@nearscore/local-cluster';
import { anchors, codeBlocks, linkTarget, readPage, relativeLinks } from './markdown-page';

const PAGES = readdirSync(projectPath('docs')).filter((name) => name.endsWith('.md'));
/** Their code is only that of programs which the tests run. */
const OF_RUN_CODE = [
  'listen-java.md',
  'listen-map-events.md',
  'listen-nest.md',
  'write-java.md',
  'write-typescript.md',
];
const PROGRAMS = projectPath('docs', 'examples');

describe('docs', () => {
  it.each(PAGES)('%s shows the very text of the files that it names', (name) => {
    for (const { shows, code } of codeBlocks(readPage(name))) {
      if (shows !== undefined) expect(code).toBe(readFileSync(linkTarget(shows), 'utf8'));
    }
  });

  it.each(OF_RUN_CODE)('%s shows no program that is not a file', (name) => {
    const programs = codeBlocks(readPage(name)).filter(({ language }) => ['java', 'ts'].includes(language));
    expect(programs.length).toBeGreaterThan(0);
    expect(programs.filter(({ shows }) => shows === undefined)).toEqual([]);
  });

  it.each(['java', 'typescript', 'nest-listener'])('show every file of examples/%s', (project) => {
    const shown = PAGES.flatMap((name) => codeBlocks(readPage(name)).map(({ shows }) => shows));
    const sources = readdirSync(join(PROGRAMS, project, 'src'), { recursive: true, encoding: 'utf8' })
      .map((path) => join(PROGRAMS, project, 'src', path))
      .filter((path) => statSync(path).isFile());
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) expect(shown).toContain(relative(projectPath('docs'), source));
  });

  it.each(PAGES)('%s: its links lead somewhere', (name) => {
    const dead = relativeLinks(readPage(name)).filter((link) => !leadsSomewhere(name, link));
    expect(dead).toEqual([]);
  });

  it('README.md lists every page', () => {
    const listed = relativeLinks(readPage('README.md')).map((link) => link.split('#')[0]);
    expect(PAGES.filter((name) => name !== 'README.md' && !listed.includes(name))).toEqual([]);
  });
});

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? linkTarget(page) : linkTarget(path);
  if (!existsSync(target)) return false;
  return anchor === undefined || anchors(readFileSync(target, 'utf8')).has(anchor);
}
