import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectPath } from '@nearscore/local-cluster';
import { FeedStack } from './feed-stack';

/** The compiler is started three times. */
jest.setTimeout(180_000);
const run = promisify(execFile);
/** Node's own types are not what is checked. */
const NODE = { types: ['node'], skipLibCheck: true };

/** A folder of a user who has installed the built package, beside the compiler and Node's types. */
function projectOfUser(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nearscore-client-'));
  mkdirSync(join(folder, 'node_modules', '@nearscore'), { recursive: true });
  symlinkSync(projectPath('dist', 'client'), join(folder, 'node_modules', '@nearscore', 'client'));
  symlinkSync(projectPath('node_modules', '@types'), join(folder, 'node_modules', '@types'));
  return folder;
}

function blocksOf(page: string, language: string): string[] {
  const text = readFileSync(projectPath(...page.split('/')), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, code = '']) => code);
}

async function compile(folder: string, file: string, options: object): Promise<void> {
  const compilerOptions = { strict: true, target: 'es2022', module: 'nodenext', outDir: 'out', ...options };
  const project = join(folder, `${file}.tsconfig.json`);
  writeFileSync(project, JSON.stringify({ compilerOptions, files: [file] }));
  try {
    await run(process.execPath, [projectPath('node_modules', 'typescript', 'bin', 'tsc'), '-p', project]);
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout, { cause: error });
  }
}

let folder: string;
let stack: FeedStack;

beforeAll(async () => {
  folder = projectOfUser();
  stack = await FeedStack.start({}, { NEARSCORE_MAX_UNSCORED_AGE_SECONDS: '0' });
  await stack.deploy('phishing');
}, 120_000);

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await stack?.stop();
});

describe('docs/client-sdk.md', () => {
  it('is a program that compiles and runs, as ESM', async () => {
    const program = blocksOf('docs/client-sdk.md', 'ts').join('\n');
    writeFileSync(join(folder, 'page.mts'), program.replaceAll('http://127.0.0.1:8000', stack.gateway.url));
    await compile(folder, 'page.mts', NODE);
    const { stdout } = await run(process.execPath, [join('out', 'page.mjs')], { cwd: folder });
    for (const line of [
      /^stored in partition \d+$/m,
      /^site-2: (phishing|legitimate), 0\.\d+$/m,
      /^0\.5 1$/m,
      /^\d+ records of 9 fields, \d+ unscored$/m,
      /^up to record 10000: 0 refused\nimported 10000$/m,
      /^first heard: page-\d+, (phishing|legitimate), 0\.\d+$/m,
      /^heard 100\nwent on with page-\d+$/m,
      /^first exported: \S+, 0\.\d+\nexported \d+, and can listen on: true$/m,
      /^\S+ has https [01](\.5)?$/m,
      /^1 nodes, ready: true$/m,
      /^RECORD_FORMAT_INVALID 422 true \[ \{ field: 'https'/m,
    ]) {
      expect(stdout).toMatch(line);
    }
    expect(stdout).not.toMatch(/missing/);
  });

  it('shows how CommonJS has it', async () => {
    const [loading = ''] = blocksOf('docs/client-sdk.md', 'js');
    const call = `new NearscoreClient({ baseUrl: '${stack.gateway.url}' }).streams().then((all) => console.log(all.length));`;
    writeFileSync(join(folder, 'page.cjs'), `${loading}${call}`);
    expect((await run(process.execPath, ['page.cjs'], { cwd: folder })).stdout.trim()).toBe('1');
  });
});

it.each([
  ['browsers', 'readme.mts', { types: [], lib: ['es2022', 'dom', 'dom.iterable', 'dom.asynciterable'] }],
  ['CommonJS', 'readme.cts', NODE],
])('the README of the package compiles for %s', async (_what, file, options) => {
  const program = blocksOf('libs/client/README.md', 'ts').join('\n');
  // CommonJS has no await of its own.
  const whole = file.endsWith('.cts')
    ? program.replace(/^const \{ score[\s\S]*/m, 'void (async () => {\n$&})();')
    : program;
  writeFileSync(join(folder, file), whole);
  await compile(folder, file, { ...options, noEmit: true });
});
