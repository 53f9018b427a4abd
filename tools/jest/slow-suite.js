// Real processes start and stop in these suites.
jest.setTimeout(60_000);
