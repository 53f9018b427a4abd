module.exports = require('./suite')('failure', ['test/failure'], '\\.failure-spec\\.ts$', {
  setupFilesAfterEnv: ['<rootDir>/tools/jest/failure-suite.js'],
});
