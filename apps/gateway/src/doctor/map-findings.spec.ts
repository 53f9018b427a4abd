import { type Deployment } from '@nearscore/registry';
import { mapFindings } from './map-findings';

interface Shape {
  readonly ttl?: number;
  readonly journal?: boolean;
  readonly backups?: number;
}

const map = (name: string, { ttl = 0, journal = true, backups = 1 }: Shape = {}): string => `<map name="${name}">
  <backup-count>${backups}</backup-count>
  <time-to-live-seconds>${ttl}</time-to-live-seconds><max-idle-seconds>0</max-idle-seconds>
  <eviction size="0" max-size-policy="PER_NODE" eviction-policy="NONE"/>
  <event-journal enabled="${journal}"><capacity>600000</capacity><time-to-live-seconds>0</time-to-live-seconds></event-journal></map>`;

const config = (features: Shape = {}, predictions: Shape = {}, registry: Shape = {}): string =>
  [
    map('features.*', features),
    map('predictions.*', predictions),
    map('nearscore.*', { journal: false, ...registry }),
  ].join('');

const pages = { stream: 'pages', featureMap: 'features.pages', predictionMap: 'predictions.pages' } as Deployment;
const member = (port: number, text: string | Error) => ({ address: `m:${port}`, config: text });
const found = (...configs: (string | Error)[]) =>
  mapFindings(
    configs.map((text, port) => member(port, text)),
    [pages],
  ).map(({ check, subject, status, message }) => [[check, subject, status].join(' '), message]);

describe('mapFindings', () => {
  it('is fine with the stock configuration, and tells how much the journal holds', () => {
    expect(found(config(), config())).toEqual([
      ['journal pages ok', 'features.pages and predictions.pages keep all; capacity of the journal 600,000 changes'],
      ['maps  ok', expect.stringMatching(/^nearscore\.\*: /)],
    ]);
  });

  it('names the setting, and the members that have it so', () => {
    expect(found(config(), config({ journal: false }), config({ journal: false }))).toContainEqual([
      'journal pages fail',
      'features.pages: event-journal is not enabled: no change would be seen. (m:1, m:2)',
    ]);
    expect(found(config({}, { ttl: 60 }))).toContainEqual([
      'journal pages fail',
      'predictions.pages: time-to-live-seconds must be 0: records would expire. (m:0)',
    ]);
  });

  it('doubts what works, but not when a member dies or somebody listens', () => {
    expect(found(config({ backups: 0 }))).toContainEqual([
      'journal pages warn',
      'features.pages: backup-count is 0 (m:0): what a member holds is lost with it',
    ]);
    expect(found(config({}, { journal: false }))).toContainEqual([
      'journal pages warn',
      expect.stringMatching(/no event journal \(m:0\)/),
    ]);
  });

  it('looks at the state of the cluster, too', () => {
    expect(found(config({}, {}, { ttl: 5 }))).toContainEqual([
      'maps  fail',
      'nearscore.models: time-to-live-seconds must be 0: records would expire. (m:0)',
    ]);
  });

  it('says of whom it knows nothing', () => {
    expect(found(new Error('no answer'))).toEqual([['maps  warn', 'm:0 does not tell its configuration: no answer']]);
    expect(found('<map name="features.pages"></map>')).toContainEqual([
      'journal pages fail',
      expect.stringMatching(/^features\.pages: its configuration is not what is read here: no readable /),
    ]);
  });
});
