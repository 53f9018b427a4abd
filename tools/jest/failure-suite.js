// A fault, its detection, the recovery and the look at everything afterwards, on a busy machine.
jest.setTimeout(240_000);
