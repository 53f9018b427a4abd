import { parseDeploymentRequest } from './deployment-request';

const codeOf = (json: unknown) => {
  try {
    return parseDeploymentRequest(json);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test('takes a model and a version', () => {
  expect(codeOf({ model: 'phishing', version: 2 })).toEqual({ model: 'phishing', version: 2 });
});

test.each([0, 0.5, 86_400, null])('takes %j as the age at which writers are held back', (maxUnscoredAgeSeconds) => {
  const request = { model: 'phishing', version: 2, maxUnscoredAgeSeconds };
  expect(codeOf(request)).toEqual(request);
});

test.each([
  [undefined, 'BODY_MALFORMED'],
  [null, 'BODY_MALFORMED'],
  [[], 'BODY_MALFORMED'],
  ['phishing', 'BODY_MALFORMED'],
  [{ model: 'm' }, 'BODY_MALFORMED'],
  [{ model: 'm', version: '1' }, 'BODY_MALFORMED'],
  [{ model: 'm', version: 0 }, 'BODY_MALFORMED'],
  [{ model: 'm', version: 1.5 }, 'BODY_MALFORMED'],
  [{ model: 'm', version: 2 ** 31 }, 'BODY_MALFORMED'],
  [{ model: 'm', version: 1, force: true }, 'BODY_MALFORMED'],
  [{ model: 'm', version: 1, maxUnscoredAgeSeconds: -1 }, 'BODY_MALFORMED'],
  [{ model: 'm', version: 1, maxUnscoredAgeSeconds: 86_401 }, 'BODY_MALFORMED'],
  [{ model: 'm', version: 1, maxUnscoredAgeSeconds: '5' }, 'BODY_MALFORMED'],
  [{ model: '../m', version: 1 }, 'INVALID_NAME'],
  [{ version: 1 }, 'INVALID_NAME'],
])('%j is %s', (json, code) => expect(codeOf(json)).toBe(code));
