import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SOFTWARE_VERSION } from './index';

it('SOFTWARE_VERSION is the version of package.json', () => {
  const manifest = readFileSync(join(__dirname, '../../../package.json'), 'utf8');
  expect((JSON.parse(manifest) as { version: string }).version).toBe(SOFTWARE_VERSION);
});
