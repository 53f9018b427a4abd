/**
 * Real processes and real data, for tests only. Everything that is started is a process group of its own and ends with
 * the test process, even when that is killed; stop it in `afterAll` all the same.
 */
export { type ChromiumBinary, chromiumBinary } from './chromium-binary';
export { eventually, type EventuallyOptions } from './eventually';
export {
  FAKE_MEMBER_UUID,
  FAKE_PARTITION_COUNT,
  type FakeConnection,
  type FakeMember,
  type FakeRequest,
  type FakeScript,
  startFakeMember,
} from './fake-member';
export { freePort, freePortRun } from './free-port';
export { type MemberSettings, startCluster, startMember, type TestCluster, type TestMember } from './test-member';
export { startRedis, type TestRedis } from './test-redis';
export { gridConnected, startGateway, startNode, type TestApp } from './test-app';
export { startProcess, type TestProcess, testLogPath } from './test-process';
export {
  type ExchangeScript,
  type ScriptedExchange,
  type ScriptedServer,
  startScriptedServer,
} from './scripted-server';
export { uniqueName } from './unique-name';
export { type WireFrame, wireFrames, wireMessageEnd, wireReply } from './wire-message';
export {
  exampleModel,
  type ExampleModel,
  type ExampleModelName,
  type ExampleRecord,
  type ExampleVersion,
} from '@nearscore/local-cluster';
