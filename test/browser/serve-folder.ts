/** A folder over HTTP, with or without the headers that isolate its pages. */

import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'

const kinds: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
}

const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

export interface Served {
  readonly url: string
  close(): void
}

/** What is not there, and has no extension, is an empty page with `page.js` in it. */
export async function serveFolder(folder: string, { isolated }: { isolated: boolean }): Promise<Served> {
  const server: Server = createServer(({ url = '/' }, answer) => {
    const path = join(folder, normalize(new URL(url, 'http://localhost').pathname))
    const file = extname(path) === '' ? join(path, 'index.html') : path
    const headers = { 'content-type': kinds[extname(file)] ?? 'text/plain', ...(isolated && isolation) }
    if (existsSync(file)) answer.writeHead(200, headers).end(readFileSync(file))
    else if (file.endsWith('.html')) answer.writeHead(200, headers).end(empty)
    else answer.writeHead(404, headers).end('not here')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

const empty = `<!doctype html><link rel="icon" href="data:,"><script type="module" src="./page.js"></script>`
