import fc from 'fast-check';
import { openCluster, STREAM, VERSIONS } from '../../../test/fixtures/registry/deployment-cluster';
import { deployVersion } from './version-deployment';

const version = fc.constantFrom(...VERSIONS);
const actor = fc.oneof(
  fc.record({ what: fc.constant('deploy' as const), version }),
  fc.record({ what: fc.constant('remove' as const), version }),
);

it('what is live is there, whoever deploys and removes at the same time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(actor, { minLength: 2, maxLength: 4 }), async (scheduler, actors) => {
      const { models, deployments, removal } = await openCluster(() => scheduler.schedule(Promise.resolve()));
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
