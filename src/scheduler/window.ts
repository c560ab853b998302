/**
 * The window that `inOrder` opens for what stands above it: how far the source may run ahead of what was delivered.
 *
 * Subscribing is synchronous, so the operator above finds the window while it subscribes, without being told of it.
 */

export interface Window {
  readonly limit: number
  /** How many instructions were delivered, in order. */
  readonly delivered: () => number
  /** Set by the operator above: called when the window has moved. */
  more: () => void
}

let ambient: Window | undefined

/** Runs `subscribe`; an operator that takes the window meanwhile is bounded by it. */
export function withWindow<A>(window: Window, subscribe: () => A): A {
  const outer = ambient
  ambient = window
  try {
    return subscribe()
  } finally {
    ambient = outer
  }
}

/** The window below, for the operator directly above; taken once, so that none further up is bound by it. */
export function takeWindow(): Window | undefined {
  const window = ambient
  ambient = undefined
  return window
}
