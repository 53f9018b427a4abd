import { AllowedMethods } from './allowed-methods';

describe('AllowedMethods', () => {
  const methods = new AllowedMethods();
  methods.add('/v1/streams/:stream/records/:key', ['PUT']);
  methods.add('/v1/streams/:stream/records/:key', 'GET');
  methods.add('/docs.json', 'GET');
  methods.add('*', 'OPTIONS');

  test('collects the methods of one path', () => {
    expect(methods.at('/v1/streams/fraud/records/a%2Fb')).toEqual(['GET', 'PUT']);
  });

  test.each(['/v1/streams/fraud/records', '/v1/streams//records/k', '/docsxjson', '/', ''])(
    'knows nothing at %j',
    (path) => expect(methods.at(path)).toEqual([]),
  );
});
