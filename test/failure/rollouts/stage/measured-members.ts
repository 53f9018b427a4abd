import { memberJavaFlags } from '@nearscore/local-cluster';

/** As a member is run, not as a test starts one: for programs that measure. */
export const MEASURED_MEMBERS = { heapMb: 1_536, javaFlags: memberJavaFlags() };
