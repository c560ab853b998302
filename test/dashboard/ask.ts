/** Requests as anybody might make them: every header is ours to choose. */

import { request as ask, type IncomingHttpHeaders } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface Asked {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

export function get(
  { address }: { readonly address: string },
  path: string,
  { method = 'GET', headers, body }: Asked = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = ask(
      new URL(path, address),
      { method, headers, setHost: headers?.host === undefined },
      response => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', chunk => {
          text += chunk
          // A stream does not end: its first event is enough.
          if (text.includes('event: snapshot')) response.destroy()
        })
        response.on('close', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        )
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}
