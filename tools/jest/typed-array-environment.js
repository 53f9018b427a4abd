const { TestEnvironment } = require('jest-environment-node');

/**
 * jest runs tests in a realm of its own, with its own typed arrays; onnxruntime's native binding checks `instanceof`
 * against the outer realm's. Sharing the constructors makes a test's Float32Array the one the binding knows.
 */
const SHARED = [
  'ArrayBuffer',
  'SharedArrayBuffer',
  'Uint8Array',
  'Int8Array',
  'Uint16Array',
  'Int16Array',
  'Uint32Array',
  'Int32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'DataView',
];

module.exports = class TypedArrayEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const name of SHARED) this.global[name] = globalThis[name];
  }
};
