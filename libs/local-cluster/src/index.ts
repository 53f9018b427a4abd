/** Starts and supervises members, Redis, gateways and nodes on this machine: for `nearscore up` and for tests. */
export {
  ArtifactError,
  PortTakenError,
  ProcessStartError,
  ServiceUnreachableError,
  type WantedPort,
} from './local-cluster.errors';
export { hazelcastJar } from './artifacts/hazelcast-jar';
export { redisBinary } from './artifacts/redis-binary';
export { type AppOptions, appCommand } from './commands/app.command';
export { type Collector, memberJavaFlags, type MemberMemory } from './commands/member-java-flags';
export { memberCommand, type MemberOptions } from './commands/member.command';
export { redisCommand, type RedisOptions } from './commands/redis.command';
export { assertPortsFree } from './ports/wanted-ports';
export { freePort, isFree } from './ports/free-port';
export { ManagedProcess, type ProcessEnd } from './process/managed-process';
export { type ProcessSpec } from './process/process-spec';
export { httpBody } from './probes/http-probe';
export { projectPath } from './project-root';
export { type ClusterEvent, LocalCluster, type LocalClusterOptions } from './cluster/local-cluster';
export { guardGroup, releaseGroup } from './process/process-guard';
export { ProcessGroup } from './process/process-group';
export { type ProcessEvent, type ProcessReporter } from './process/process-event';
export {
  exampleModel,
  type ExampleModel,
  type ExampleModelName,
  type ExampleRecord,
  type ExampleVersion,
} from './examples/example-model';
