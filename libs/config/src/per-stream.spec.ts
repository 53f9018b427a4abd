import { perStream } from './setting-schemas';

const schema = perStream(1, 100);

it('is one number for all streams, and others for those that are named', () => {
  expect(schema.parse('5')).toEqual({ default: 5, streams: new Map() });
  expect(schema.parse('5, fraud=10,a.b-c=1')).toEqual({
    default: 5,
    streams: new Map([
      ['fraud', 10],
      ['a.b-c', 1],
    ]),
  });
});

it.each(['', 'fraud=10', '0', '101', '5,fraud', '5,fraud=0', '5,Fraud=2', '5,', '1e1'])('refuses %j', (text) => {
  expect(schema.safeParse(text).success).toBe(false);
});
