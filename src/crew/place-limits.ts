/**
 * How many places of a kind may be open at once, across the lanes that share them: who wants one more than there may be waits
 * until another lane gives up one that is idle.
 */

/** A lane that has places of this kind. */
export interface PlaceHolder {
  /** Closes a place of this kind that has nothing to do. True if there was one, which is about to be free. */
  giveUp(kind: string): boolean
  /** There may be a place now. */
  tryAgain(): void
}

export class PlaceLimits {
  readonly #sizeOf: (kind: string) => number
  /** Lanes with places of a kind, once for each place. */
  readonly #open = new Map<string, PlaceHolder[]>()
  readonly #waiting = new Map<string, Set<PlaceHolder>>()

  constructor(sizeOf: (kind: string) => number) {
    this.#sizeOf = sizeOf
  }

  /** Takes a place. False: there is none now, and the lane is told when there may be. */
  claim(kind: string, holder: PlaceHolder): boolean {
    const open = listed(this.#open, kind, () => [])
    const waiting = listed(this.#waiting, kind, () => new Set())
    if (open.length < this.#sizeOf(kind)) {
      waiting.delete(holder)
      open.push(holder)
      return true
    }
    waiting.add(holder)
    open.some(other => other.giveUp(kind))
    return false
  }

  /** A place is free again. */
  free(kind: string, holder: PlaceHolder): void {
    const open = listed(this.#open, kind, () => [])
    const at = open.indexOf(holder)
    if (at >= 0) open.splice(at, 1)
    const [next] = listed(this.#waiting, kind, () => new Set())
    next?.tryAgain()
  }

  /** It does not want one any more. */
  forget(holder: PlaceHolder): void {
    for (const waiting of this.#waiting.values()) waiting.delete(holder)
  }

  /** Whether somebody waits for one. */
  isWanted(kind: string): boolean {
    return (this.#waiting.get(kind)?.size ?? 0) > 0
  }
}

function listed<A>(map: Map<string, A>, kind: string, make: () => A): A {
  const known = map.get(kind) ?? make()
  map.set(kind, known)
  return known
}
