import { parseRolloutRequest } from './rollout-request';

const parse = (json: unknown, rescore?: unknown) => {
  try {
    return parseRolloutRequest(json, rescore);
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const GUARDS = { minSamples: 500, maxErrorRate: 0.01, maxRunP99Ratio: 5, maxPsi: 0.25 };
const withStrategy = (strategy: unknown) => ({ stream: 'fraud', version: 2, strategy });

it('goes all at once, without scoring anything again, unless it is said otherwise', () => {
  const request = { stream: 'fraud', model: undefined, version: 2, strategy: { type: 'all-at-once' }, rescore: false };
  expect(parse({ stream: 'fraud', version: 2 })).toEqual(request);
  expect(parse({ stream: 'fraud', version: 2, model: 'mlp', rescore: true })).toMatchObject({
    model: 'mlp',
    rescore: true,
  });
  expect(parse({ stream: 'fraud', version: 2, rescore: true }, 'false')).toMatchObject({ rescore: false });
  expect(parse({ stream: 'fraud', version: 2 }, 'true')).toMatchObject({ rescore: true });
});

it('fills in guards and hold times', () => {
  const canary = {
    type: 'canary',
    steps: [{ percent: 1 }, { percent: 100, holdSeconds: 0 }],
    guards: { maxPsi: null },
  };
  expect(parse(withStrategy(canary))).toMatchObject({
    strategy: {
      ...{ type: 'canary', guards: { ...GUARDS, maxPsi: null } },
      steps: [
        { percent: 1, holdSeconds: 60 },
        { percent: 100, holdSeconds: 0 },
      ],
    },
  });
  expect(parse(withStrategy({ type: 'shadow' }))).toMatchObject({ strategy: { type: 'shadow', guards: GUARDS } });
});

it.each([
  [undefined, 'BODY_MALFORMED'],
  [[], 'BODY_MALFORMED'],
  [{ stream: 'fraud' }, 'BODY_MALFORMED'],
  [{ stream: 'fraud', version: '2' }, 'BODY_MALFORMED'],
  [{ stream: 'fraud', version: 2 ** 31 }, 'BODY_MALFORMED'],
  [{ stream: 'fraud', version: 2, force: true }, 'BODY_MALFORMED'],
  [{ version: 2 }, 'BODY_MALFORMED'],
  [{ stream: '../fraud', version: 2 }, 'INVALID_NAME'],
  [{ stream: 'fraud', model: 'A', version: 2 }, 'INVALID_NAME'],
  [withStrategy('canary'), 'BODY_MALFORMED'],
  [withStrategy({ type: 'blue-green' }), 'BODY_MALFORMED'],
  [withStrategy({ type: 'all-at-once', percent: 5 }), 'BODY_MALFORMED'],
  [withStrategy({ type: 'canary', steps: [] }), 'BODY_MALFORMED'],
  [withStrategy({ type: 'canary', steps: [{ percent: 0 }] }), 'BODY_MALFORMED'],
  [withStrategy({ type: 'canary', steps: [{ percent: 10 }, { percent: 10 }] }), 'BODY_MALFORMED'],
  [withStrategy({ type: 'canary', steps: [{ percent: 10, holdSeconds: -1 }] }), 'BODY_MALFORMED'],
  [withStrategy({ type: 'ab', percent: 100 }), 'BODY_MALFORMED'],
  [withStrategy({ type: 'shadow', guards: { minSamples: 0 } }), 'BODY_MALFORMED'],
  [withStrategy({ type: 'shadow', guards: { maxErorRate: 0 } }), 'BODY_MALFORMED'],
])('%j is %s', (json, code) => expect(parse(json)).toBe(code));

it('takes true or false for rescore', () =>
  expect(parse({ stream: 'fraud', version: 2 }, 'yes')).toBe('BODY_MALFORMED'));
