/** The version of this package, for places that cannot read `package.json`, such as a browser. A test holds them together. */
export const version = '1.0.0-rc.0'
