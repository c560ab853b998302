/** The ESM entries of the threads package have no types of their own. This is all of them that we use. */
declare module 'threads/worker' {
  export function expose(exposed: object): void
}
