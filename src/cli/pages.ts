/** What a run shows in a browser: `--dashboard` while it goes on and a while after, `--report` as a file in the end. */

import { spawn } from 'node:child_process'
import { closeSync, openSync, statSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'

import { Subject } from 'rxjs'

import type { Dashboard } from '../entries/dashboard.ts'
import type { AnyWorker, Boss, Failure, Instruction } from '../index.ts'
import { RunError, UsageError } from './exit-codes.ts'
import type { RunCommandOptions } from './run-options.ts'

export interface PagesTerms {
  readonly boss: Boss<AnyWorker>
  readonly options: RunCommandOptions
  /** How many instructions there will be, where that is known. */
  readonly total: () => number | undefined
  /** Gives what failed once more; `false` where that cannot be. */
  readonly retry: ((instruction: Instruction, id: number) => void) | false
  readonly say: (text: string) => void
}

export class Pages {
  readonly #terms: PagesTerms
  /** Records that never reach the boss. */
  readonly #refused$ = new Subject<{ readonly name: string; readonly failure: Failure }>()
  #dashboard: Dashboard | undefined
  #html: (() => string) | undefined
  #lingered: (() => void) | undefined

  constructor(terms: PagesTerms) {
    this.#terms = terms
  }

  /** @throws {RunError} the port is taken, the report cannot be written */
  async open(): Promise<void> {
    const { boss, options, total, retry, say } = this.#terms
    if (!options.dashboard && options.report === undefined) return
    const refused$ = this.#refused$
    const { serveDashboard, follow } = await import('../entries/dashboard.ts')
    if (options.report !== undefined) {
      mustBeWritable(options.report)
      const followed = follow(boss, { total, refused$ })
      this.#html = () => followed.toHtml()
    }
    if (!options.dashboard) return
    const { port, host, readonly, remoteControl, allowedHost: allowedHosts } = options
    try {
      this.#dashboard = await serveDashboard(boss, {
        total,
        refused$,
        retry,
        ...(port !== undefined && { port }),
        ...(host !== undefined && { host }),
        ...(readonly !== undefined && { readonly }),
        ...(remoteControl !== undefined && { remoteControl }),
        ...(allowedHosts !== undefined && { allowedHosts }),
      })
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      const where = `${host ?? '127.0.0.1'}:${port ?? 0}`
      throw new RunError(`Cannot serve the dashboard at ${where}: ${code ?? message}`, { cause: error })
    }
    if (host !== undefined && !host.startsWith('127.'))
      say(`the dashboard at ${host} is seen by whoever has its address, and its traffic is not encrypted`)
    say(`dashboard at ${this.#dashboard.url}`)
    if (options.open) openInBrowser(this.#dashboard.url, say)
  }

  /** A record was not taken. */
  refused(name: string, failure: Failure): void {
    this.#refused$.next({ name, failure })
  }

  /** An address for another browser, where there is a page. */
  newUrl(): string | undefined {
    return this.#dashboard?.newUrl()
  }

  /** The run has ended. The page stays as long as it was asked to. */
  async close(): Promise<void> {
    const { options, say } = this.#terms
    const { report, linger = options.open ? Infinity : 0 } = options
    if (report !== undefined && this.#html !== undefined) {
      try {
        await writeWhole(report, this.#html())
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException
        say(`cannot write the report ${report}: ${code ?? message}: it is given up`)
      }
    }
    const dashboard = this.#dashboard
    if (dashboard === undefined) return
    if (linger > 0) {
      say(linger === Infinity ? 'the dashboard stays until Ctrl-C' : 'the dashboard stays for a while')
      await new Promise<void>(resolve => {
        this.#lingered = resolve
        if (linger !== Infinity) setTimeout(resolve, linger)
      })
    }
    await dashboard.close()
  }

  /** @returns whether the page alone was left, and goes */
  leave(): boolean {
    this.#lingered?.()
    return this.#lingered !== undefined
  }

  /** Where what is, for the summary. */
  get files(): readonly string[] {
    const { report } = this.#terms.options
    return report === undefined ? [] : [`report → ${report}`]
  }
}

/** @throws {UsageError} an option that says how the page is served, when none is */
export function mustBeForDashboard(options: RunCommandOptions): void {
  if (options.dashboard) return
  const { port, host, allowedHost, readonly, remoteControl, open, linger } = options
  const given = Object.entries({
    port,
    host,
    'allowed-host': allowedHost,
    readonly,
    'remote-control': remoteControl,
    open,
    linger,
  })
  const useless = given.find(([, value]) => value !== undefined)
  if (useless !== undefined) throw new UsageError(`--${useless[0]} is of use with --dashboard only`)
}

/** Before the work, not after it. */
function mustBeWritable(path: string): void {
  try {
    closeSync(openSync(path, 'a'))
  } catch (error) {
    throw new RunError(`Cannot write the report to ${path}: ${(error as Error).message}`, { cause: error })
  }
}

/** What was there stays until the new one is whole. */
async function writeWhole(path: string, text: string): Promise<void> {
  if (!statSync(path).isFile()) return writeFile(path, text)
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await writeFile(temporary, text)
    await rename(temporary, path)
  } finally {
    await rm(temporary, { force: true })
  }
}

function openInBrowser(url: string, say: (text: string) => void): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url]
  spawn(command as string, args, { stdio: 'ignore', detached: true })
    .on('error', () => say('no browser could be opened: open the address yourself'))
    .unref()
}
