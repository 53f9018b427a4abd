import { DeploymentStore } from './deployment-store';

/** A map in which others change the entry before each of our compare-and-sets. */
function contestedMap(onWrite: () => void) {
  const unused = () => Promise.reject(new Error('not used'));
  const refuse = () => {
    onWrite();
    return Promise.resolve(false);
  };
  return {
    name: 'nearscore.deployments',
    get: () => Promise.resolve(undefined),
    setIfAbsent: refuse,
    replaceIfSame: refuse,
    getAll: unused,
    set: unused,
    setAll: unused,
    delete: unused,
    keys: unused,
    entries: unused,
    page: unused,
    deleteIfSame: unused,
    size: unused,
    count: unused,
    clear: unused,
    listen: unused,
  };
}

it('gives up, to be tried again, when others keep changing a deployment', async () => {
  let writes = 0;
  const store = new DeploymentStore(contestedMap(() => writes++));
  await expect(store.deploy('fraud', 'fraud', 1)).rejects.toMatchObject({
    code: 'DEPLOYMENT_CONFLICT',
    retriable: true,
  });
  expect(writes).toBe(20);
});
