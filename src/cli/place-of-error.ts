/**
 * Where in a user's files an import went wrong: `path:line:column`. Node says so for what is thrown, and keeps it to itself
 * for what cannot be parsed: then a Node of its own is asked, which tells it when it fails.
 */

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** @param url  what was imported */
export function placeOfError(error: unknown, url: string): string | undefined {
  if (!(error instanceof Error)) return undefined
  const stack = String(error.stack)
  return placeIn(stack) ?? (error.name === 'SyntaxError' ? placeIn(toldByNode(url)) : undefined)
}

/** In the head of a stack (the file, its line, carets below the place), or in its first frame that is in a file. */
function placeIn(text: string): string | undefined {
  const head = /^(file:\/\/\S+|\/\S.*?|[A-Z]:\\.*?):(\d+)\n.*\n( *)\^/.exec(text)
  if (head !== null) return `${path(head[1])}:${head[2]}:${(head[3] ?? '').length + 1}`
  for (const [, file, line, column] of text.matchAll(frames))
    if (!path(file).startsWith(ours)) return `${path(file)}:${line}:${column}`
  return undefined
}

const frames = /^ +at (?:.*\()?(file:\/\/[^\s)]+|\/[^\s)]+):(\d+):(\d+)\)?$/gm
/** What is thrown here is thrown at somebody. */
const ours = fileURLToPath(new URL('.', import.meta.url))

const path = (text = ''): string => (text.startsWith('file:') ? fileURLToPath(text) : text)

function toldByNode(url: string): string {
  const args = ['--input-type=module', '--no-warnings', '-e', `import ${JSON.stringify(url)}`]
  const { stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 10_000 })
  return stderr
}
