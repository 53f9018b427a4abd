import { LookCount } from '../models/look-count';
import { PartitionAdmission } from './partition-admission';

function setUp() {
  const looks = new LookCount();
  const lookSoon = jest.fn();
  const look = (): void => {
    looks.begins();
    looks.ends();
  };
  return { looks, lookSoon, look, admission: new PartitionAdmission(looks, lookSoon) };
}

describe('PartitionAdmission', () => {
  it('admits a node that starts while a deployment changes only after a look that began when it had said that it serves', () => {
    const { looks, lookSoon, admission } = setUp();
    looks.begins();
    looks.ends();
    expect(admission.isAdmitted(true)).toBe(false);
    looks.begins();
    admission.said(true);
    expect(lookSoon).toHaveBeenCalledTimes(1);
    looks.ends();
    expect(admission.isAdmitted(true)).toBe(false);
    looks.begins();
    expect(admission.isAdmitted(true)).toBe(false);
    looks.ends();
    expect(admission.isAdmitted(true)).toBe(true);
  });

  it('waits for lanes that have yet to load what that look found', () => {
    const { look, admission } = setUp();
    admission.said(true);
    look();
    expect(admission.isAdmitted(false)).toBe(false);
    expect(admission.isAdmitted(true)).toBe(true);
  });

  it('asks for one look, and goes on while a lane starts again', () => {
    const { look, lookSoon, admission } = setUp();
    admission.said(true);
    admission.said(true);
    look();
    expect(admission.isAdmitted(true)).toBe(true);
    admission.said(true);
    expect(admission.isAdmitted(false)).toBe(true);
    expect(lookSoon).toHaveBeenCalledTimes(1);
  });

  it('begins anew when the node has left its partitions to others in between', () => {
    const { look, admission } = setUp();
    admission.said(true);
    look();
    expect(admission.isAdmitted(true)).toBe(true);
    admission.said(false);
    look();
    expect(admission.isAdmitted(true)).toBe(false);
    admission.said(true);
    expect(admission.isAdmitted(true)).toBe(false);
    look();
    expect(admission.isAdmitted(true)).toBe(true);
  });
});
