/**
 * The window that a reader opens for what stands above it: how far the source may run ahead of what was read.
 *
 * Subscribing is synchronous, so the operator above finds the window while it subscribes, without being told of it.
 */

export interface Window {
  /** How many more may come, where so many have come since the reader subscribed. */
  readonly room: (come: number) => number
  /** Set by the operator above: called when the window has moved. */
  more: () => void
  /** It counts from the first on: only for what begins with its subscriber. What is further below may be for others. */
  readonly fromTheFirst?: { readonly below: Window | undefined }
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

/** The same for a source that has begun before, and is there for others too. */
export function takeWindowOfHot(): Window | undefined {
  const window = takeWindow()
  return window?.fromTheFirst === undefined ? window : window.fromTheFirst.below
}
