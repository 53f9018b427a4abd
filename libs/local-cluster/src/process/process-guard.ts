import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Ends what this process started when it dies without a chance to do so itself (kill -9, a crash). A tiny shell of its
 * own session holds the read end of a pipe; the kernel closes the write end with this process, however it dies, and the
 * shell then ends every process group that it was told of: SIGTERM, and after three seconds SIGKILL.
 *
 * One gap of microseconds remains: between the spawn of a child and the line that names it.
 */
const SCRIPT = `
trap '' HUP INT TERM
groups=' '
while read -r word pid; do
  case $word in
    add) groups="$groups$pid " ;;
    drop) groups="\${groups%% $pid *} \${groups#* $pid }" ;;
  esac
done
for pid in $groups; do kill -s TERM -- "-$pid" 2>/dev/null; done
for second in 1 2 3; do
  alive=
  for pid in $groups; do kill -s 0 -- "-$pid" 2>/dev/null && alive=1; done
  [ -z "$alive" ] && exit 0
  sleep 1
done
for pid in $groups; do kill -s KILL -- "-$pid" 2>/dev/null; done
`;

let guard: ChildProcess | undefined;
const guarded = new Set<number>();

/** `pid` leads a process group of its own. */
export function guardGroup(pid: number): void {
  guard ??= startGuard();
  guarded.add(pid);
  tell(`add ${pid}`);
}

/** To be called when the group is gone: its number may be given to strangers. */
export function releaseGroup(pid: number): void {
  if (!guarded.delete(pid)) return;
  tell(`drop ${pid}`);
  if (guarded.size === 0) endGuard();
}

function startGuard(): ChildProcess {
  const child = spawn('/bin/sh', ['-c', SCRIPT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  // Neither the guard nor its pipe keeps this process alive, and a guard that someone killed must not end it.
  child.unref();
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
  return child;
}

function tell(line: string): void {
  guard?.stdin?.write(`${line}\n`);
}

function endGuard(): void {
  guard?.stdin?.end();
  guard = undefined;
}
