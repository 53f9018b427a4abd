import { type DoctorParts, DoctorService } from './doctor.service';

const nothing = () => Promise.resolve([]);

/** A cluster of one member, which tells nothing, and of no nodes. */
function partsWith(host: string): DoctorParts {
  const members = [{ uuid: 'm', host, port: 5701, version: '5.7.0' }];
  const grid = {
    ...{ clusterName: 'c', partitions: { count: () => 271 }, members: () => members, isConnected: () => true },
    memberConfig: () => Promise.reject(new Error('no answer')),
  };
  const session = { grid, deployments: { list: nothing }, models: {}, nodes: { list: nothing } };
  return {
    ...{ connection: { session: () => session }, watch: { look: nothing }, heartbeatMs: 10 },
    redis: { fault: undefined, info: () => Promise.resolve('redis_version:7.2.5') },
  } as unknown as DoctorParts;
}

it.each([
  ['::1', '[::1]:5701'],
  ['10.0.0.1', '10.0.0.1:5701'],
])('names member %s as %s, like the nodes', async (host, address) => {
  const { findings } = await new DoctorService(partsWith(host)).examine();
  expect(findings.map(({ message }) => message)).toContain(`${address} does not tell its configuration: no answer`);
});
