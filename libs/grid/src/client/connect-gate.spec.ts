import { ConnectGate } from './connect-gate';

const REFUSED = 'Error during initial connection to 127.0.0.1:5701 Error: connect ECONNREFUSED 127.0.0.1:5701';
const WRONG_NAME =
  'Error during initial connection to 127.0.0.1:5701 Error: The configured cluster name on the client does not match the one configured in the cluster';
const PAUSE = ['WaitStrategy', 'Unable to get live cluster connection, retry in 100 ms'] as const;

describe('ConnectGate', () => {
  let now = 0;
  const gate = (deadline: number): ConnectGate => new ConnectGate(deadline, () => now);
  beforeEach(() => {
    now = 0;
  });

  it('lets the client try until the deadline and keeps the last reason', () => {
    const limited = gate(100);
    limited.observe('ConnectionManager', REFUSED);
    expect(() => limited.observe(...PAUSE)).not.toThrow();
    now = 100;
    expect(() => limited.observe(...PAUSE)).toThrow('ECONNREFUSED');
    expect(limited.reason).toBe('127.0.0.1:5701 Error: connect ECONNREFUSED 127.0.0.1:5701');
    expect(limited.wrongCluster).toBe(false);
  });

  it('ends at once when the cluster has another name: waiting cannot help', () => {
    const endless = gate(Infinity);
    endless.observe('ConnectionManager', WRONG_NAME);
    expect(() => endless.observe(...PAUSE)).toThrow('cluster name');
    expect(endless.wrongCluster).toBe(true);
  });

  it.each([
    [WRONG_NAME, REFUSED],
    [REFUSED, WRONG_NAME],
  ])('goes on when one member is of another cluster and one is not there yet', (...problems) => {
    const endless = gate(Infinity);
    for (const problem of problems) endless.observe('ConnectionManager', problem);
    now = 1e12;
    expect(() => endless.observe(...PAUSE)).not.toThrow();
    endless.observe('ConnectionManager', WRONG_NAME);
    expect(() => endless.observe(...PAUSE)).toThrow('cluster name');
  });

  it('never stands in the way of a reconnect', () => {
    const limited = gate(0);
    limited.open();
    limited.observe('ConnectionManager', WRONG_NAME);
    expect(() => limited.observe(...PAUSE)).not.toThrow();
  });
});
