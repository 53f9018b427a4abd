import { projectPath } from '@nearscore/local-cluster';

export function logPath(name: string): string {
  return projectPath('.cache', 'logs', `bench-${name}.log`);
}
