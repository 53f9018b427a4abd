module.exports = require('./suite')('unit', ['libs', 'apps', 'test/simulation'], '\\.spec\\.ts$');
