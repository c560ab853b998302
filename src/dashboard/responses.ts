/** How requests are answered. What is long is sent in pieces, since the thread that answers has a boss to run. */

import type { ServerResponse } from 'node:http'
import { toJson } from '../words/to-json.ts'
import { htmlDocument } from './document.ts'
import type { HttpRefusal } from './guard.ts'
import { pieceLength, responseSliceMs } from './limits.ts'

export function send(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(text)
}

export const sendJson = (response: ServerResponse, value: unknown): void =>
  send(response, 'application/json', toJson(value))

/** @param pieces  made while they are asked for, a few milliseconds each at most */
export async function download(
  response: ServerResponse,
  name: string,
  pieces: Iterable<string>,
): Promise<void> {
  const type = name.endsWith('.html') ? 'text/html' : 'application/json'
  response.setHeader('content-disposition', `attachment; filename="${name}"`)
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8` })
  await inSlices(written(response, pieces))
}

/** A step for each piece; and where the reader is slow, a promise to be waited for. */
function* written(
  response: ServerResponse,
  pieces: Iterable<string>,
): Generator<Promise<unknown> | undefined, void> {
  let gathered = ''
  for (const piece of pieces) {
    gathered += piece
    if (gathered.length < pieceLength) {
      yield
      continue
    }
    if (response.destroyed) return
    const fits = response.write(gathered)
    gathered = ''
    yield fits ? undefined : readOn(response)
  }
  response.end(gathered)
}

/** Its reader has caught up, or has gone. */
function readOn(response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const on = () => {
      response.off('drain', on)
      response.off('close', on)
      resolve()
    }
    response.once('drain', on)
    response.once('close', on)
  })
}

/** Does all steps of some work, and lets others have a turn of the loop after some milliseconds of it. */
export async function inSlices<A>(steps: Generator<Promise<unknown> | undefined, A>): Promise<A> {
  let until = performance.now() + responseSliceMs
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
    if (value !== undefined) await value
    if (performance.now() < until) continue
    await new Promise(resolve => setImmediate(resolve))
    until = performance.now() + responseSliceMs
  }
}

/** @param human  somebody looks at it, who may have come by a link from elsewhere: then the cookie comes with the next step */
export function sendRefusal(response: ServerResponse, { status, why }: HttpRefusal, human = false): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  // What is still to come of a body is not waited for.
  response.setHeader('connection', 'close')
  response.statusCode = status
  if (!human || status !== 401) {
    response.setHeader('content-type', 'text/plain; charset=utf-8')
    response.end(`${why}\n`)
    return
  }
  response.setHeader('content-type', 'text/html; charset=utf-8')
  const body = `<p>${why}.</p>\n<p>If you have opened it before in this browser: <a href="./">go on</a>.</p>`
  response.end(htmlDocument({ title: 'rxboss', head: '', body }))
}
