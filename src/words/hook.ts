/** A hook: what a scheduler has run in a worker before its first job, as plain data, since it crosses to another thread. */

/** Run in the worker before its first job: the function that a module exports under a name, called with `argument`. */
export interface Hook {
  readonly module: string
  readonly export: string
  readonly argument: unknown
}
