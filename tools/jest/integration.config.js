module.exports = require('./suite')('integration', ['test/integration'], '\\.int-spec\\.ts$', {
  setupFilesAfterEnv: ['<rootDir>/tools/jest/slow-suite.js'],
});
