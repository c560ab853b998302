/**
 * How main and a thread that the user supplies find each other, in Node and in browsers. The thread speaks first, since only it
 * knows when it listens; what goes with the port is all that ever crosses this way.
 *
 *     thread, `serve`  ── Hello ──►  main
 *             connect  ◄─ Welcome ──
 */

import { version } from '../../words/version.ts'
import type { ConnectTerms } from '../lane/wire.ts'
import type { Port, ThreadEntry } from './port.ts'

/** What a thread says when it can be connected: the version of the package that serves there. */
interface Hello {
  readonly rxboss: string
}

/** What main answers: the arguments of `connect`. */
interface Welcome {
  readonly port: object
  readonly cells: SharedArrayBuffer | undefined
  readonly terms: ConnectTerms
}

/** Brings a thread its port. Rejects when it can not; stays pending when the thread dies. */
export type Meet = (port: object, cells: SharedArrayBuffer | undefined, terms: ConnectTerms) => Promise<void>

/** The other side, before there is a port. */
export interface Talk {
  /** @returns stops listening */
  listen(hear: (message: unknown) => void): () => void
  post(message: unknown, moving: readonly unknown[]): void
}

/** Main's side. What the thread says besides is its own business. */
export function meetByHandshake({ listen, post }: Talk): Meet {
  return (port, cells, terms) =>
    new Promise((resolve, reject) => {
      const stop = listen(hello => {
        const theirs = (hello as Hello | null)?.rxboss
        if (theirs === undefined) return
        stop()
        if (theirs !== version)
          return reject(
            new Error(
              `The thread serves with rxboss ${theirs}, and the program has rxboss ${version}: build both with one of them`,
            ),
          )
        const welcome: Welcome = { port, cells, terms }
        post(welcome, [port])
        resolve()
      })
    })
}

/** The thread's side. */
export function answerHandshake({ listen, post }: Talk, entry: ThreadEntry): void {
  const stop = listen(message => {
    const welcome = message as Welcome | null
    if (welcome?.terms === undefined) return
    stop()
    entry.connect(welcome.port as Port, welcome.cells, welcome.terms)
  })
  const hello: Hello = { rxboss: version }
  post(hello, [])
}
