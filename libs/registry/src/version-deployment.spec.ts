import { openCluster, STREAM } from '../../../test/fixtures/registry/deployment-cluster';
import { deployVersion } from './version-deployment';

type Cluster = Awaited<ReturnType<typeof openCluster>>;

/** What others do: when the version was found, and before it is looked for again. */
interface Meanwhile {
  readonly found?: (cluster: Cluster) => Promise<unknown>;
  readonly deployed?: (cluster: Cluster) => Promise<unknown>;
}

const deploy = (cluster: Cluster, version: number) => deployVersion(cluster, STREAM, { model: 'm', version });
const remove = ({ removal }: Cluster, version: number) => removal.remove('m', version);

async function deployMeanwhile(cluster: Cluster, version: number, { found, deployed }: Meanwhile): Promise<unknown> {
  let looks = 0;
  const models: Pick<Cluster['models'], 'get'> = {
    get: async (model, wanted) => {
      if (++looks === 2) await deployed?.(cluster);
      const stored = await cluster.models.get(model, wanted);
      if (looks === 1) await found?.(cluster);
      return stored;
    },
  };
  const { deployments } = cluster;
  return deployVersion({ models, deployments }, STREAM, { model: 'm', version }).catch((error: unknown) => error);
}

const live = ({ deployments }: Cluster) => deployments.get(STREAM);

it('goes back to the version before, as it was deployed, when its own is removed at this moment', async () => {
  const cluster = await openCluster();
  const before = await live(cluster);
  const failure = await deployMeanwhile(cluster, 3, { found: () => remove(cluster, 3) });
  expect(failure).toMatchObject({ code: 'MODEL_VERSION_NOT_FOUND', details: { version: 3 } });
  expect(before?.sha256).toBeDefined();
  expect(await live(cluster)).toEqual({ ...before, epoch: 3, previous: null, updatedAt: expect.any(Number) });
});

it('leaves what somebody else has deployed since, and does not bring back a version that was removed then', async () => {
  const cluster = await openCluster();
  const others = async (): Promise<void> => {
    await deploy(cluster, 2);
    await remove(cluster, 1);
  };
  const failure = await deployMeanwhile(cluster, 3, { found: () => remove(cluster, 3), deployed: others });
  expect(failure).toMatchObject({ code: 'MODEL_VERSION_NOT_FOUND', details: { version: 3 } });
  expect(await live(cluster)).toMatchObject({ version: 2, epoch: 3 });
});

it('goes back while settings alone are changed', async () => {
  const cluster = await openCluster();
  const configure = () => cluster.deployments.configure(STREAM, { maxUnscoredAgeSeconds: 7 });
  await deployMeanwhile(cluster, 3, { found: () => remove(cluster, 3), deployed: configure });
  expect(await live(cluster)).toMatchObject({ version: 1, maxUnscoredAgeSeconds: 7 });
});

it('goes back further when what it replaced is removed at this moment, too', async () => {
  const cluster = await openCluster();
  const loseThird = () => deployMeanwhile(cluster, 3, { found: () => remove(cluster, 3) });
  const failure = await deployMeanwhile(cluster, 2, { found: () => remove(cluster, 2), deployed: loseThird });
  expect(failure).toMatchObject({ code: 'MODEL_VERSION_NOT_FOUND' });
  expect(await live(cluster)).toMatchObject({ version: 1 });
});

it('says that the stream stays on a removed version when nothing that was live before is there', async () => {
  const cluster = await openCluster();
  const failure = await deployMeanwhile(cluster, 3, {
    found: () => remove(cluster, 3),
    deployed: () => cluster.models.take('m', 1),
  });
  expect(failure).toMatchObject({
    ...{ code: 'MODEL_VERSION_NOT_FOUND', details: { version: 3, stream: STREAM } },
    message: expect.stringContaining(`stream ${STREAM} stays on it`),
  });
  expect(await live(cluster)).toMatchObject({ version: 3, epoch: 2 });
});
