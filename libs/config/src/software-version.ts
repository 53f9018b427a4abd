/** Version of package.json, told by nodes and clients; a test keeps them the same. */
export const SOFTWARE_VERSION = '0.1.0';
