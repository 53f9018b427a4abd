import { messageOf } from '@nearscore/errors';
import { GridUnavailableError } from '../grid.errors';
import { type GridOptions } from '../grid.options';
import { type MemberIdentity, probeMember } from '../wire/member-probe';
import { WIRE_DEFAULTS } from '../wire/wire-connection';
import { WireAuthenticationError } from '../wire/wire.errors';
import { toWireOptions } from './client-config';

const DEFAULT_CONNECT_TIMEOUT_MS = 30_000;
const PAUSE_MS = 250;

/** Asks all the addresses (`host:port`) at once; the first answer counts. AggregateError when there is none. */
export function probeMembers(
  options: GridOptions,
  addresses: Iterable<string>,
  connectTimeoutMs: number = WIRE_DEFAULTS.connectTimeoutMs,
): Promise<MemberIdentity> {
  const probes = [...addresses].map((address) =>
    probeMember({ ...toWireOptions(options, toHostAndPort(address)), connectTimeoutMs }),
  );
  return Promise.any(probes);
}

/** Probes until one succeeds or the failure of one may not be followed by another. */
export async function probeInRounds(
  probe: () => Promise<MemberIdentity>,
  mayGoOn: (failure: unknown) => boolean,
): Promise<MemberIdentity> {
  for (;;) {
    try {
      return await probe();
    } catch (failure) {
      if (!mayGoOn(failure)) throw failure;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** The first member that answers. GridUnavailableError when none does in time, or at once when all refuse. */
export async function findCluster(options: GridOptions, probe = probeMembers): Promise<MemberIdentity> {
  const deadline = deadlineOf(options);
  const askAll = () => probe(options, options.members, Math.min(WIRE_DEFAULTS.connectTimeoutMs, deadline - Date.now()));
  try {
    return await probeInRounds(askAll, (failure) => !refusedByAll(failure) && Date.now() + PAUSE_MS < deadline);
  } catch (failure) {
    throw unavailable(options, failure);
  }
}

/** @param failure AggregateError of the probes, or another thing that went wrong */
export function unavailable(options: GridOptions, failure: unknown): GridUnavailableError {
  const members = options.members.join(', ');
  const message = refusedByAll(failure)
    ? `The grid at ${members} refuses the cluster name ${options.clusterName}: it has another one, or wants credentials.`
    : `No member of cluster ${options.clusterName} can be reached at ${members}: ${reasonOf(failure)}`;
  return new GridUnavailableError(message, {
    cause: failure,
    details: { members: options.members, cluster: options.clusterName },
  });
}

/** A member of another cluster may stand beside one of ours that is not up yet: one refusal says nothing. */
function refusedByAll(failure: unknown): boolean {
  return failure instanceof AggregateError && failure.errors.every((error) => error instanceof WireAuthenticationError);
}

function reasonOf(failure: unknown): string {
  return failure instanceof AggregateError ? failure.errors.map(messageOf).join('; ') : messageOf(failure);
}

function deadlineOf({ connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS }: GridOptions): number {
  return connectTimeoutMs < 0 ? Infinity : Date.now() + connectTimeoutMs;
}

function toHostAndPort(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) };
}
