/**
 * The async context in which somebody registered a callback: what `AsyncLocalStorage` holds there. Whoever calls it back
 * later, out of another context, does so in that one. In a page there is none, and a call is a call.
 */

export interface AsyncScope {
  runInAsyncScope<This, Args extends readonly unknown[], R>(
    call: (this: This, ...args: Args) => R,
    on: This,
    ...args: Args
  ): R
}

const anywhere: AsyncScope = { runInAsyncScope: (call, on, ...args) => call.apply(on, [...args] as never) }

// Not imported: a page has no such module.
const hooks = globalThis.process?.getBuiltinModule?.('node:async_hooks')

/** That of whoever calls this. */
export const asyncScope = (): AsyncScope =>
  hooks === undefined
    ? anywhere
    : (new hooks.AsyncResource('rxboss', { requireManualDestroy: true }) as unknown as AsyncScope)
