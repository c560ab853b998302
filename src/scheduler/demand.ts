/**
 * Demand: how an operator tells a source at the far end of a pipe how much it wants.
 *
 *     pull(limits()) ──map──filter──► schedule(...)
 *          └───────── wants() ◄────────────┘        found while subscribing, which is synchronous
 *
 * RxJS pushes: a generator of ten million would be drained at once, into a buffer nobody sees. The operator publishes its
 * demand in a variable of this module while it subscribes to its source, and `pull` picks it up.
 *
 * Not reached: what subscribes later (the second source of `concat`, `delay`, `subscribeOn`) finds no demand and pushes.
 */

export interface Demand {
  /** Whether one more is wanted now. */
  wants(): boolean
  /** Set by the source: it looks again. To be called whenever `wants()` may have become true. */
  more?: () => void
}

let ambient: Demand | undefined

/** Subscribes to a source, which may find this demand while it does; `undefined`: it finds none. */
export function withDemand<R>(demand: Demand | undefined, subscribe: () => R): R {
  const outer = ambient
  ambient = demand
  try {
    return subscribe()
  } finally {
    ambient = outer
  }
}

/** The demand of whoever subscribes now. */
export const ambientDemand = (): Demand | undefined => ambient
