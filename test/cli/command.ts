/** The command as it is published, run as a child process. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const main = fileURLToPath(new URL('../../lib/main.js', import.meta.url))

/** A worker of this folder. */
export const worker = (name: string): string =>
  fileURLToPath(new URL(`./workers/${name}.js`, import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** stdout, line by line. */
  readonly reports: readonly Line[]
}

// biome-ignore lint/suspicious/noExplicitAny: lines hold whatever a worker answered
export type Line = Record<string, any>

interface Terms {
  readonly input?: string | Uint8Array
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** After so long it is killed: a hang is a failure of its own test, with what was said. Default 45,000 ms. */
  readonly boundMs?: number
  /** stdout is bytes: each is a character of what is handed back. */
  readonly binary?: boolean
}

export interface Started {
  readonly child: ChildProcessWithoutNullStreams
  readonly ended: Promise<Ended>
  /** Resolves when what was written to stdout and stderr so far holds this, with all of it. */
  said(text: string | RegExp): Promise<string>
}

/** Environment in which nothing depends on who runs the tests. */
export const plain = { CI: undefined, NO_COLOR: undefined, FORCE_COLOR: undefined, LANG: 'C.UTF-8' }

export function start(
  args: readonly string[],
  { env, cwd, boundMs = 45_000, binary = false }: Omit<Terms, 'input'> = {},
): Started {
  const child = spawn(process.execPath, [main, ...args], {
    ...{ env: { ...process.env, ...plain, ...env }, cwd },
    ...{ timeout: boundMs, killSignal: 'SIGKILL' },
  })
  let stdout = ''
  let stderr = ''
  const watchers = new Set<() => void>()
  child.stdout.setEncoding(binary ? 'latin1' : 'utf8').on('data', text => {
    stdout += text
    for (const look of watchers) look()
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text
    for (const look of watchers) look()
  })
  child.stdin.on('error', () => {}) // a command that ended early does not read on
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) =>
      resolve({
        code,
        signal,
        stdout,
        stderr,
        get reports() {
          return linesOf(stdout)
        },
      }),
    )
  })
  const said = (text: string | RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const all = stdout + stderr
        if (typeof text === 'string' ? !all.includes(text) : !text.test(all)) return
        watchers.delete(look)
        resolve(all)
      }
      watchers.add(look)
      look()
      void ended.then(() => reject(new Error(`it ended without saying ${text}:\n${stdout}\n${stderr}`)))
    })
  return { child, ended, said }
}

/** Runs it to its end. */
export function rxboss(args: readonly string[], { input = '', ...terms }: Terms = {}): Promise<Ended> {
  const { child, ended } = start(args, terms)
  child.stdin.end(input)
  return ended
}

const linesOf = (stdout: string): readonly Line[] =>
  stdout
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line))

/** A folder of its own, with these files in it. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'rxboss-cli-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

/** Objects as NDJSON. */
export const ndjson = (...objects: readonly object[]): string =>
  objects.map(one => `${JSON.stringify(one)}\n`).join('')

/** `{ n: 0 }` ... as NDJSON. */
export const numbers = (count: number): string =>
  Array.from({ length: count }, (_, n) => `{"n":${n}}\n`).join('')
