/** What a Web Worker can do. Nothing tells a page that a worker closed itself: so it says so before. */

import type { ThreadPlace } from './port.ts'

interface Scope {
  close(): void
  addEventListener(
    type: string,
    listener: (event: { error?: unknown; message?: string; reason?: unknown }) => void,
  ): void
}

export function thisPlace(): ThreadPlace {
  const scope = globalThis as unknown as Scope
  const close = scope.close.bind(scope)
  return {
    exit: close,
    beforeDeath: tell => {
      const die = (error: unknown) => {
        tell({ error })
        close()
      }
      scope.addEventListener('error', event => die(event.error ?? new Error(event.message)))
      scope.addEventListener('unhandledrejection', event => die(event.reason))
      scope.close = () => die(new Error('The worker closed itself (self.close())'))
    },
    capture: () => {}, // the browser's console is where a page's workers print
  }
}

/** The threads package adds no listeners here. */
export const withoutItsListeners = <T>(load: () => T): T => load()
