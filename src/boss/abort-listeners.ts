/** One listener for each AbortSignal, however many instructions share it: Node warns of a leak past ten. */

export class AbortListeners {
  readonly #listening = new Map<
    AbortSignal,
    { readonly actions: Set<() => void>; readonly stop: () => void }
  >()

  /** Runs `act` when the signal aborts. What it returns takes that back. */
  add(signal: AbortSignal, act: () => void): () => void {
    let listening = this.#listening.get(signal)
    if (listening === undefined) {
      const actions = new Set<() => void>()
      const onAbort = () => {
        for (const one of [...actions]) one()
      }
      signal.addEventListener('abort', onAbort, { once: true })
      listening = { actions, stop: () => signal.removeEventListener('abort', onAbort) }
      this.#listening.set(signal, listening)
    }
    const { actions, stop } = listening
    actions.add(act)
    return () => {
      if (!actions.delete(act) || actions.size > 0) return
      stop()
      this.#listening.delete(signal)
    }
  }
}
