/** The ESM entry of `threads/worker` has no types of its own. This is all of it that we use. */
declare module 'threads/worker' {
  export function expose(exposed: object): void
}
