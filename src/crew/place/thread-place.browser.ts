/** What a Web Worker can do. Nothing tells a page that a worker closed itself: so it says so before. */

import type { Talk } from './handshake.ts'
import type { ThreadPlace } from './port.ts'

type Listener = (event: { error?: unknown; message?: string; reason?: unknown; data?: unknown }) => void

interface Scope {
  close(): void
  postMessage(message: unknown, moving: readonly unknown[]): void
  addEventListener(type: string, listener: Listener): void
  removeEventListener(type: string, listener: Listener): void
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

/** The page that started this worker, before there is a port. @throws where this is no worker */
export function mainSide(): Talk {
  const scope = globalThis as unknown as Scope
  if (typeof (globalThis as { document?: unknown }).document === 'object')
    throw new Error(`Cannot serve in a page: call 'serve' in the file of a Web Worker`)
  return {
    listen: hear => {
      const heard = ({ data }: { data?: unknown }) => hear(data)
      scope.addEventListener('message', heard)
      return () => scope.removeEventListener('message', heard)
    },
    post: (message, moving) => scope.postMessage(message, moving),
  }
}
