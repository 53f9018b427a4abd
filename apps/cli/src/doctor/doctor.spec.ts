import { SOFTWARE_VERSION } from '@nearscore/config';
import { type FindingView } from '../gateway/doctor.api';
import { withOwnVersion } from './doctor.command';

const report = (softwareVersion: string, status: FindingView['status']) => ({
  ...{ status, softwareVersion, checkedAt: '2026-11-22T10:00:00.000Z', findings: [] },
});

describe('withOwnVersion', () => {
  it('adds nothing beside a gateway of the same software', () => {
    expect(withOwnVersion(report(SOFTWARE_VERSION, 'ok'))).toEqual(report(SOFTWARE_VERSION, 'ok'));
  });

  it('warns of another one, and hides nothing worse', () => {
    const warned = withOwnVersion(report('9.9.9', 'ok'));
    expect(warned).toMatchObject({ status: 'warn', findings: [{ message: expect.stringContaining('9.9.9') }] });
    expect(withOwnVersion(report('9.9.9', 'fail')).status).toBe('fail');
  });
});
