const { join } = require('node:path');

/** What the three suites share: `npx jest --selectProjects=unit --testPathPatterns libs/records`. */
const base = {
  rootDir: join(__dirname, '..', '..'),
  testEnvironment: '<rootDir>/tools/jest/typed-array-environment.js',
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

/** @param {string} displayName @param {string[]} roots folders @param {string} testRegex */
module.exports = (displayName, roots, testRegex, extra = {}) => ({
  ...base,
  displayName,
  roots: roots.map((root) => `<rootDir>/${root}`),
  testRegex,
  ...extra,
});
