import fc from 'fast-check';
import { ANY_CONFIG, ANY_SIGNATURE } from '../../../test/fixtures/registry/model-content';
import { MemoryMap } from '../../../test/fixtures/registry/memory-map';
import { DeploymentStore } from './deployment-store';
import { ModelFiles } from './model-files';
import { ModelRemoval } from './model-removal';
import { ModelStore } from './model-store';
import { deployVersion } from './version-deployment';
import { VersionUses } from './version-use';

const STREAM = 'fraud';
const VERSIONS = [1, 2, 3];

const version = fc.constantFrom(...VERSIONS);
const actor = fc.oneof(
  fc.record({ what: fc.constant('deploy' as const), version }),
  fc.record({ what: fc.constant('remove' as const), version }),
);

/** Version 1 is live, others can be, and every operation happens when `schedule` lets it. */
async function clusterOf(schedule: () => Promise<void>) {
  let isReady = false;
  const map = <T>(name: string): MemoryMap<T> =>
    new MemoryMap<T>(name, async (operation) => {
      if (isReady) await schedule();
      return operation();
    });
  const entries = map<unknown>('deployments');
  const models = new ModelStore(map('models'), new ModelFiles(map('files'), map('chunks')));
  const deployments = new DeploymentStore(entries);
  const removal = new ModelRemoval(models, new VersionUses(entries, map('rollouts')));
  for (const number of VERSIONS) await models.put('m', number, Buffer.from([number]), ANY_CONFIG, ANY_SIGNATURE);
  await deployVersion({ models, deployments }, STREAM, { model: 'm', version: 1 });
  isReady = true;
  return { models, deployments, removal };
}

it('what is live is there, whoever deploys and removes at the same time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(actor, { minLength: 2, maxLength: 4 }), async (scheduler, actors) => {
      const { models, deployments, removal } = await clusterOf(() => scheduler.schedule(Promise.resolve()));
      const acting = actors.map(({ what, version }) => {
        const work =
          what === 'remove'
            ? removal.remove('m', version)
            : deployVersion({ models, deployments }, STREAM, { model: 'm', version });
        return work.catch(() => undefined);
      });
      await scheduler.waitFor(Promise.all(acting));
      const { model, version } = (await scheduler.waitFor(deployments.get(STREAM)))!;
      await scheduler.waitFor(models.get(model, version).then((stored) => models.bytes(stored)));
    }),
    { numRuns: 300 },
  );
});
