module.exports = require('./suite')('unit', ['libs', 'apps'], '\\.spec\\.ts$');
