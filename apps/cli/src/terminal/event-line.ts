import { relative } from 'node:path';
import { type ClusterEvent, projectPath } from '@nearscore/local-cluster';

/** What a person is told of an event. */
export function eventLine(event: ClusterEvent): string {
  switch (event.type) {
    case 'fetching':
      return `  fetching  ${event.what} (Maven, once)`;
    case 'starting':
      return `  starting  ${event.process}`;
    case 'ready':
      return `  ready     ${event.process} after ${seconds(event.afterMs)}`;
    case 'died':
      return `  died      ${event.process} (${event.end}): started again in ${seconds(event.restartInMs)}, log ${shown(event.logPath)}`;
    case 'restarted':
      return `  restarted ${event.process}, ready after ${seconds(event.afterMs)}`;
    case 'stopping':
      return `  stopping  ${event.process}`;
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function shown(path: string): string {
  return relative(projectPath(), path);
}
