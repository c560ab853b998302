/** Exports no worker. */

export const here = 1
