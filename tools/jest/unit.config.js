module.exports = require('./suite')(
  'unit',
  ['libs', 'apps', 'test/simulation', 'test/docs', 'test/bench'],
  '\\.spec\\.ts$',
);
