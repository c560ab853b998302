/** A conversation with a program, line by line: for who wants to know who it is, or whether it keeps to the protocol. */

import { longestProgramLine } from '../limits.ts'
import { type Child, startChild, whyEnded } from './child.ts'
import { PipeLines } from './pipe-lines.ts'
import { type FromProgram, type HeardLine, readLine, type ToProgram } from './program-words.ts'

export class Dialogue {
  /** What it printed that is no message, in order. */
  readonly printed: string[] = []
  readonly broken: string[] = []
  stderr = ''
  /** How it ended; `undefined`: it has not. */
  whyOver: string | undefined
  exitCode: number | null | undefined
  readonly #child: Child
  readonly #lines = new PipeLines(longestProgramLine)
  readonly #messages: FromProgram[] = []
  #wake: () => void = () => {}

  constructor(command: readonly string[]) {
    this.#child = startChild(
      { command, env: undefined, cwd: undefined, nice: undefined, memoryLimit: undefined, tellMemory: false },
      {
        stdout: chunk => {
          this.#lines.push(chunk)
          for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next())
            this.#hear(readLine(line.text))
        },
        stderr: text => {
          this.stderr += text
        },
        closed: () => {},
        memory: () => {},
        ended: end => {
          this.whyOver = whyEnded(end)
          this.exitCode = end.code
          this.#wake()
        },
      },
    )
  }

  #hear(heard: HeardLine): void {
    if (heard.is === 'print') this.printed.push(heard.text)
    else if (heard.before !== '') this.printed.push(heard.before)
    if (heard.is === 'broken') this.broken.push(heard.why)
    if (heard.is === 'message') this.#messages.push(heard.message)
    this.#wake()
  }

  say(message: ToProgram | { readonly type: string }): void {
    this.#child.write(`${JSON.stringify(message)}\n`)
  }

  /** Several messages in one write, so that they arrive together. */
  sayAll(messages: readonly ToProgram[]): void {
    this.#child.write(messages.map(message => `${JSON.stringify(message)}\n`).join(''))
  }

  hangUp(): void {
    this.#child.hangUp()
  }

  /** The next message, of whatever type; `undefined` when none comes within so many milliseconds, or it has ended. */
  async next(ms: number): Promise<FromProgram | undefined> {
    await this.#until(() => this.#messages.length > 0 || this.whyOver !== undefined, ms)
    return this.#messages.shift()
  }

  /** The next message of a type; those before it are passed over. */
  async hear<T extends FromProgram['type']>(
    type: T,
    ms: number,
  ): Promise<Extract<FromProgram, { type: T }> | undefined> {
    const until = performance.now() + ms
    for (;;) {
      const message = await this.next(until - performance.now())
      if (message === undefined || message.type === type) return message as Extract<FromProgram, { type: T }>
    }
  }

  /** Whether it ends within so many milliseconds. */
  async ends(ms: number): Promise<boolean> {
    await this.#until(() => this.whyOver !== undefined, ms)
    return this.whyOver !== undefined
  }

  async end(): Promise<void> {
    if (this.whyOver !== undefined) return
    this.#child.end()
    await this.ends(5000)
  }

  #until(holds: () => boolean, ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(() => resolve(), Math.max(0, ms))
      const look = () => {
        if (!holds()) return
        clearTimeout(timer)
        resolve()
      }
      this.#wake = look
      look()
    })
  }
}
