import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '@nearscore/local-cluster';

export interface CodeBlock {
  readonly language: string;
  /** Without the indentation of a list that it stands in. */
  readonly code: string;
  /** The target of the link when the paragraph before it is `[name](target):`, and so promises that file's text. */
  readonly shows: string | undefined;
}

const FENCE = /^( *)```(\S*)[^\n]*\n([\s\S]*?)^\1```$/gm;
const PROMISE = /^ *\[[^\]]+\]\(([^)]+)\):\s*$/;

/** A page of docs/. */
export function readPage(name: string): string {
  return readFileSync(projectPath('docs', name), 'utf8');
}

/** Where a relative link of a page of docs/ leads. */
export function linkTarget(link: string): string {
  return join(projectPath('docs'), link);
}

export function codeBlocks(page: string): CodeBlock[] {
  return [...page.matchAll(FENCE)].map(({ index, 1: indent = '', 2: language = '', 3: code = '' }) => ({
    language,
    code: code.replace(new RegExp(`^${indent}`, 'gm'), ''),
    shows: PROMISE.exec(paragraphBefore(page, index))?.[1],
  }));
}

function paragraphBefore(page: string, index: number): string {
  return page.slice(0, index).trimEnd().split('\n').pop() ?? '';
}

/** Relative links, without those in code. */
export function relativeLinks(page: string): string[] {
  const text = page.replace(FENCE, '').replace(/`[^`\n]*`/g, '');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$/gm)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchors(page: string): Set<string> {
  const headings = page.replace(FENCE, '').matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replace(/ /g, '-'),
    ),
  );
}
