import { parseDeploymentRequest } from './deployment-request';

const codeOf = (json: unknown) => {
  try {
    return parseDeploymentRequest(json);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

const live = { model: 'phishing', version: 2 };

test('takes a model and a version', () => {
  expect(codeOf(live)).toEqual({ live, settings: {} });
});

test.each([0, 0.5, 86_400, null])('takes %j as the age at which writers are held back', (maxUnscoredAgeSeconds) => {
  expect(codeOf({ ...live, maxUnscoredAgeSeconds })).toEqual({ live, settings: { maxUnscoredAgeSeconds } });
});

test.each([
  null,
  {},
  { attempts: 1 },
  { attempts: 100, firstDelaySeconds: 0.01, maxDelaySeconds: 86_400 },
  { firstDelaySeconds: 5, maxDelaySeconds: 5 },
])('takes %j as how records are tried again', (retries) => {
  expect(codeOf({ ...live, retries })).toEqual({ live, settings: { retries } });
});

test('takes settings alone', () => {
  const settings = { maxUnscoredAgeSeconds: 5, retries: { attempts: 2 } };
  expect(codeOf(settings)).toEqual({ settings });
});

test.each([
  ...[undefined, null, [], 'phishing', {}],
  ...[{ model: 'm' }, { model: 'm', retries: null }, { model: 'm', version: '1' }, { model: 'm', version: 0 }],
  ...[
    { model: 'm', version: 1.5 },
    { model: 'm', version: 2 ** 31 },
    { ...live, force: true },
  ],
])('%j is no request', (json) => expect(codeOf(json)).toBe('BODY_MALFORMED'));

test.each([-1, 86_401, '5'])('%j is no age', (maxUnscoredAgeSeconds) =>
  expect(codeOf({ ...live, maxUnscoredAgeSeconds })).toBe('BODY_MALFORMED'),
);

test.each([
  ...[7, [], '3', { tries: 3 }],
  ...[{ attempts: 0 }, { attempts: 101 }, { attempts: 1.5 }, { attempts: '2' }, { attempts: null }],
  ...[{ firstDelaySeconds: 0 }, { firstDelaySeconds: '1' }, { maxDelaySeconds: 86_401 }],
  { firstDelaySeconds: 2, maxDelaySeconds: 1 },
])('%j says not how records are tried again', (retries) => expect(codeOf({ ...live, retries })).toBe('BODY_MALFORMED'));

test.each([{ model: '../m', version: 1 }, { version: 1 }])('%j names no model', (json) =>
  expect(codeOf(json)).toBe('INVALID_NAME'),
);
