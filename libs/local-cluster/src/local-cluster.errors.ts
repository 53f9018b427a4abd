import { NearscoreError } from '@nearscore/errors';

/** A jar or binary could not be fetched, or is not the one that was pinned. */
export class ArtifactError extends NearscoreError {
  constructor(artifact: string, reason: string, cause?: unknown) {
    super('LOCAL_ARTIFACT_UNAVAILABLE', `${artifact}: ${reason}`, { details: { artifact }, cause });
  }
}

export interface WantedPort {
  readonly port: number;
  /** The process that wants it, as people call it: `member-1`, `gateway`. */
  readonly process: string;
  /** How to choose another: `--gateway-port or NEARSCORE_GATEWAY_PORT`. */
  readonly setting: string;
}

/** Every port that is taken, in one error. */
export class PortTakenError extends NearscoreError {
  constructor(readonly taken: readonly WantedPort[]) {
    super('LOCAL_PORT_TAKEN', taken.map(describeTaken).join('\n'), { details: { taken } });
  }
}

/** A process ended, or did not get ready in time. `logTail`: the last lines that it wrote. */
export class ProcessStartError extends NearscoreError {
  constructor(
    readonly process: string,
    reason: string,
    readonly logTail: string,
  ) {
    super('LOCAL_PROCESS_FAILED', `${process} ${reason}`, { details: { process, logTail } });
  }
}

/** Something outside (an existing grid, an existing Redis) does not answer. */
export class ServiceUnreachableError extends NearscoreError {
  constructor(service: string, address: string, setting: string) {
    super('LOCAL_SERVICE_UNREACHABLE', `${service} at ${address} (${setting}) does not answer`, {
      retriable: true,
      details: { service, address, setting },
    });
  }
}

function describeTaken({ port, process, setting }: WantedPort): string {
  return `port ${port}, wanted by ${process}, is taken: choose another with ${setting}`;
}
