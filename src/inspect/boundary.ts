/**
 * The border between a run and whoever looks at it. What a view or a recorder throws on its side costs that view, is said
 * once, and never reaches the run.
 *
 *     run ──► boundary ──► view        a view that threw is left: it would show what is not so
 */

import { describeSafely } from '../words/error-data.ts'

export interface BoundaryTerms {
  /** What is lost: `the dashboard`, `the trace`. */
  readonly view: string
  /** Default: on stderr. */
  readonly say?: ((text: string) => void) | undefined
  /** It is left: nothing is to reach it any more. */
  readonly broken?: () => void
}

export class Boundary {
  readonly #terms: BoundaryTerms
  #isBroken = false

  constructor(terms: BoundaryTerms) {
    this.#terms = terms
  }

  get isBroken(): boolean {
    return this.#isBroken
  }

  /** @returns what the call returns; `undefined` where it throws, or the view is broken */
  run<A>(act: () => A): A | undefined {
    if (this.#isBroken) return undefined
    try {
      return act()
    } catch (error) {
      this.#leave(error)
      return undefined
    }
  }

  /** A listener that may be called by the run. */
  guard<Given extends readonly unknown[]>(listener: (...given: Given) => void): (...given: Given) => void {
    return (...given) => {
      if (this.#isBroken) return
      try {
        listener(...given)
      } catch (error) {
        this.#leave(error)
      }
    }
  }

  #leave(error: unknown): void {
    this.#isBroken = true
    const { view, say = onStderr, broken } = this.#terms
    try {
      say(`${view} has broken, and is left; the run goes on: ${describeSafely(error)}`)
    } finally {
      broken?.()
    }
  }
}

// biome-ignore lint/suspicious/noConsole: there is nobody else to tell
const onStderr = (text: string) => console.error(`rxboss: ${text}`)
