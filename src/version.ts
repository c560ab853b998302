/** The version of this package, for who cannot read `package.json`: a browser, say. A test holds them together. */
export const version = '1.0.0-rc.0'
