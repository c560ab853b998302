/** What Node and browsers agree on about the port of a thread, and the one method that the threads package exposes. */

import type { Movable } from '../../words/transfer.ts'
import type { ConnectTerms } from '../lane/wire.ts'

export interface Port {
  postMessage(message: unknown, moving?: readonly Movable[]): void
  onmessage: ((event: { readonly data: unknown }) => void) | null
}

export interface ThreadEntry {
  connect(port: Port, cells: SharedArrayBuffer | undefined, terms: ConnectTerms): void
}

/** What a thread can do where it runs: `thread-place.ts` in Node, `thread-place.browser.ts` in a browser. */
export interface ThreadPlace {
  receive?: ((port: Port) => { readonly message: unknown } | undefined) | undefined
  /** Holds this thread up for so many milliseconds. */
  sleep?: ((ms: number) => void) | undefined
  exit(code?: number): void
  heapMB?: (() => number) | undefined
  /** Called once before the thread ends by itself: with an error that nobody caught, or when somebody exits. */
  beforeDeath(tell: (dying: { readonly error: unknown } | undefined) => void): void
  /** Everything printed from now on. */
  capture(tell: (stream: 'stdout' | 'stderr', text: string) => void): void
}
