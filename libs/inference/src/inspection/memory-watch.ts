import { readFile } from 'node:fs/promises';

const INTERVAL_MS = 50;

/**
 * Calls once when the resident memory of a process exceeds a limit. Reads /proc, so it watches nothing elsewhere.
 * @returns stops watching
 */
export function watchMemory(pid: number | undefined, maxRssBytes: number, exceeded: () => void): () => void {
  const timer = setInterval(() => void check(), INTERVAL_MS);
  const check = async (): Promise<void> => {
    if ((await residentBytes(pid)) <= maxRssBytes) return;
    clearInterval(timer);
    exceeded();
  };
  return () => clearInterval(timer);
}

async function residentBytes(pid: number | undefined): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
