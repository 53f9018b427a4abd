/** Options shared by the three suites: `npx jest --selectProjects unit|integration|e2e`. */
const base = {
  rootDir: __dirname,
  testEnvironment: '<rootDir>/test/jest-typed-array-environment.js',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
          keepClassNames: true,
        },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: { '^@nearscore/([a-z-]+)$': '<rootDir>/libs/$1/src' },
  moduleFileExtensions: ['ts', 'js', 'json'],
};

const slow = { setupFilesAfterEnv: ['<rootDir>/test/jest-slow-suite.js'] };

const suite = (displayName, roots, testRegex, extra = {}) => ({ ...base, displayName, roots, testRegex, ...extra });

module.exports = {
  projects: [
    suite('unit', ['<rootDir>/libs', '<rootDir>/apps'], '\\.spec\\.ts$'),
    suite('integration', ['<rootDir>/test/integration'], '\\.int-spec\\.ts$', slow),
    suite('e2e', ['<rootDir>/test/e2e'], '\\.e2e-spec\\.ts$', slow),
  ],
};
