module.exports = require('./suite')('e2e', ['test/e2e'], '\\.e2e-spec\\.ts$', {
  setupFilesAfterEnv: ['<rootDir>/tools/jest/slow-suite.js'],
});
