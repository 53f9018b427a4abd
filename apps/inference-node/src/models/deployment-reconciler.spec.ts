import { FeatureMapSettingsError, GridUnavailableError } from '@nearscore/grid';
import { createLogger } from '@nearscore/logging';
import { type ModelConfig } from '@nearscore/records';
import { type Deployment, ModelBytesError } from '@nearscore/registry';
import { type LaneDeployment, type LaneModel } from '../lane/lane-messages';
import { DeploymentReconciler } from './deployment-reconciler';
import { ModelCache } from './model-cache';

const config = { inputs: [] } as unknown as ModelConfig;

function deploymentOf(stream: string, version: number, epoch: number): Deployment {
  const maps = { featureMap: `features.${stream}`, predictionMap: `predictions.${stream}` };
  return { stream, model: 'model', version, epoch, ...maps, updatedAt: 0 };
}

const bytesOf = ({ onnx }: LaneModel): string => Buffer.from(onnx).toString();

function setUp() {
  const grid = {
    deployments: [deploymentOf('fraud', 1, 1)],
    versions: new Set([1, 2]),
    badMaps: new Map<string, string>(),
    down: false,
  };
  const calls: string[] = [];
  const sources = {
    deployments: () => (grid.down ? Promise.reject(new Error('grid is down')) : Promise.resolve(grid.deployments)),
    model: (_model: string, version: number) =>
      Promise.resolve(grid.versions.has(version) ? { sha256: `sha-${version}`, config } : undefined),
    bytes: ({ sha256 }: { sha256: string }) => {
      calls.push(`bytes ${sha256}`);
      return Promise.resolve(Buffer.from(sha256));
    },
    checkFeatureMap: (name: string) => {
      calls.push(`check ${name}`);
      const setting = grid.badMaps.get(name);
      return setting ? Promise.reject(new FeatureMapSettingsError(name, setting, 'is wrong')) : Promise.resolve();
    },
  };
  const told: string[][] = [];
  const deploy = (deployments: readonly LaneDeployment[]): void => {
    const text = deployments.map(
      ({ deployment, live, candidate }) =>
        `${deployment.stream}@${deployment.epoch} ${[live, ...(candidate ? [candidate] : [])].map(bytesOf).join()}`,
    );
    told.push(text);
  };
  const models = new ModelCache(sources);
  const reconciler = new DeploymentReconciler(sources, models, deploy, createLogger('test', 'silent'));
  return { grid, calls, told, reconciler, sources, models };
}

describe('DeploymentReconciler', () => {
  it('gives lanes every deployment with its bytes, fetched once', async () => {
    const { grid, calls, told, reconciler } = setUp();
    grid.deployments = [deploymentOf('fraud', 1, 1), deploymentOf('spam', 1, 4)];
    await reconciler.reconcile();
    await reconciler.reconcile();
    expect(told).toEqual([['fraud@1 sha-1', 'spam@4 sha-1']]);
    expect(calls).toEqual(['check features.fraud', 'bytes sha-1', 'check features.spam']);
  });

  it('tells lanes when an epoch changes and when a stream goes', async () => {
    const { grid, told, reconciler } = setUp();
    await reconciler.reconcile();
    grid.deployments = [deploymentOf('fraud', 2, 2)];
    await reconciler.reconcile();
    grid.deployments = [];
    await reconciler.reconcile();
    expect(told).toEqual([['fraud@1 sha-1'], ['fraud@2 sha-2'], []]);
  });

  it('leaves out a stream whose map is refused, names the setting, and looks again', async () => {
    const { grid, told, reconciler } = setUp();
    grid.deployments.push(deploymentOf('spam', 1, 1));
    grid.badMaps.set('features.fraud', 'time-to-live-seconds');
    await reconciler.reconcile();
    expect(reconciler.refused).toEqual([{ stream: 'fraud', setting: 'time-to-live-seconds' }]);
    grid.badMaps.clear();
    await reconciler.reconcile();
    expect(reconciler.refused).toEqual([]);
    expect(told).toEqual([['spam@1 sha-1'], ['fraud@1 sha-1', 'spam@1 sha-1']]);
  });

  it('leaves out a stream whose model cannot be had, and says why', async () => {
    const { grid, told, reconciler } = setUp();
    grid.deployments.push(deploymentOf('spam', 9, 1));
    await reconciler.reconcile();
    expect(reconciler.unavailable).toEqual([{ stream: 'spam', reason: 'model model version 9 is not in the grid' }]);
    expect(told).toEqual([['fraud@1 sha-1']]);
  });

  it('gives lanes the candidate beside the live version, and drops the stream when either cannot be had', async () => {
    const { grid, told, reconciler } = setUp();
    const candidate = { model: 'model', version: 2, mode: 'split' as const, percent: 1, salt: 's' };
    grid.deployments = [{ ...deploymentOf('fraud', 1, 2), candidate }];
    await reconciler.reconcile();
    grid.deployments = [{ ...deploymentOf('fraud', 1, 3), candidate: { ...candidate, version: 9 } }];
    await reconciler.reconcile();
    expect(told).toEqual([['fraud@2 sha-1,sha-2'], []]);
    expect(reconciler.unavailable).toEqual([{ stream: 'fraud', reason: 'model model version 9 is not in the grid' }]);
  });

  it('drops a stream whose bytes are corrupt, goes on with all others, and comes back', async () => {
    const { grid, told, reconciler, sources } = setUp();
    await reconciler.reconcile();
    grid.deployments = [deploymentOf('fraud', 2, 2), deploymentOf('spam', 1, 1)];
    const corrupt = jest.spyOn(sources, 'bytes').mockRejectedValue(new ModelBytesError('model', 2, 'corrupt'));
    await reconciler.reconcile();
    expect(told.at(-1)).toEqual(['spam@1 sha-1']);
    expect(reconciler.unavailable).toEqual([{ stream: 'fraud', reason: expect.stringContaining('corrupt') }]);
    expect(reconciler.wanted?.map(({ stream, epoch }) => [stream, epoch])).toEqual([
      ['fraud', 2],
      ['spam', 1],
    ]);
    corrupt.mockRestore();
    await reconciler.reconcile();
    expect(told.at(-1)).toEqual(['fraud@2 sha-2', 'spam@1 sha-1']);
    expect(reconciler.unavailable).toEqual([]);
  });

  it('scores with no other file than was deployed', async () => {
    const { grid, told, reconciler } = setUp();
    grid.deployments = [{ ...deploymentOf('fraud', 1, 1), sha256: 'another' }];
    await reconciler.reconcile();
    expect(told).toEqual([[]]);
    expect(reconciler.unavailable[0]?.reason).toContain('another file than is asked for');
  });

  it('wants what was read last, also before lanes can be told', async () => {
    const { grid, reconciler, sources } = setUp();
    expect(reconciler.wanted).toBeUndefined();
    await reconciler.reconcile();
    grid.deployments = [deploymentOf('fraud', 2, 2)];
    jest.spyOn(sources, 'bytes').mockRejectedValueOnce(new GridUnavailableError('gone'));
    await expect(reconciler.reconcile()).rejects.toThrow('gone');
    expect(reconciler.deployed?.map(({ epoch }) => epoch)).toEqual([1]);
    expect(reconciler.wanted?.map(({ epoch }) => epoch)).toEqual([2]);
  });

  it('has lanes try again what they were told', async () => {
    const { told, reconciler } = setUp();
    reconciler.tellAgain();
    await reconciler.reconcile();
    reconciler.tellAgain();
    expect(told).toEqual([['fraud@1 sha-1'], ['fraud@1 sha-1']]);
  });

  it('changes nothing while the grid cannot be asked', async () => {
    const { grid, told, reconciler } = setUp();
    await reconciler.reconcile();
    grid.down = true;
    await expect(reconciler.reconcile()).rejects.toThrow('grid is down');
    expect(told).toEqual([['fraud@1 sha-1']]);
    expect(reconciler.deployed).toHaveLength(1);
  });

  it('keeps what runs while the grid does not answer for a model', async () => {
    const { grid, told, reconciler, sources } = setUp();
    await reconciler.reconcile();
    grid.deployments = [...grid.deployments, deploymentOf('spam', 2, 1)];
    jest.spyOn(sources, 'bytes').mockRejectedValueOnce(new GridUnavailableError('gone'));
    await expect(reconciler.reconcile()).rejects.toThrow('gone');
    expect(told).toEqual([['fraud@1 sha-1']]);
    await reconciler.reconcile();
    expect(told.at(-1)).toEqual(['fraud@1 sha-1', 'spam@1 sha-2']);
  });

  it('starts from nothing on another grid, though its epochs look the same', async () => {
    const { calls, told, reconciler } = setUp();
    await reconciler.reconcile();
    reconciler.forget();
    await reconciler.reconcile();
    expect(told).toEqual([['fraud@1 sha-1'], [], ['fraud@1 sha-1']]);
    expect(calls.filter((call) => call.startsWith('check'))).toHaveLength(2);
  });
});
