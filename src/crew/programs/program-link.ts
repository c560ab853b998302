/**
 * A link to a program: speaks to it in lines of JSON, and to its lane as any place does.
 *
 *     lane ── batch · abort · close ──► instruction · cancel · close ──► stdin
 *          ◄── results · failed · note ◄── result · failure · note ◄──── stdout, in turns: who says too much has to wait
 *
 * `begun` is what a death is blamed by. One instruction at a time is sent, unless more may be handed ahead: they are under way
 * then, and cannot be taken back.
 */

import { hearingMs } from '../../words/limits.ts'
import { macrotask } from '../../words/macrotask.ts'
import { isBehind } from '../../words/turns.ts'
import type { LaneTerms } from '../crew.ts'
import type { JobStanding } from '../lane/claims.ts'
import type { Link, LinkEvents } from '../lane/link.ts'
import { type Abort, type Batch, type NewConstant, type ToWorker, toMain, toWorker } from '../lane/wire.ts'
import { closedStdoutMs } from '../limits.ts'
import { type Child, type ChildEnd, type ProgramChildTerms, startChild, whyEnded } from './child.ts'
import { Letters } from './letters.ts'
import { type PipeLine, PipeLines } from './pipe-lines.ts'
import { ProgramEar } from './program-ear.ts'
import { type ProgramHello, protocolVersion, readLine, type ToProgram } from './program-words.ts'
import { folderFor } from './watchman.ts'

export interface ProgramTerms {
  readonly lane: LaneTerms
  readonly child: ProgramChildTerms
  /** Bytes of the longest line. */
  readonly longestLine: number
  /** Tells what its hello said. */
  readonly met: (hello: ProgramHello, pid: number) => void
}

export function connectProgram(terms: ProgramTerms, events: LinkEvents): Link {
  return new ProgramLink(terms, events)
}

class ProgramLink implements Link {
  readonly #terms: ProgramTerms
  readonly #events: LinkEvents
  readonly #child: Child
  readonly #lines: PipeLines
  readonly #letters: Letters
  readonly #ear: ProgramEar
  #hello: ProgramHello | undefined
  #end: ChildEnd | undefined
  #pumping = false
  #closing = false
  /** Why it was ended from here, where it did something that it must not do. */
  #fault: string | undefined
  #closedTimer: NodeJS.Timeout | undefined
  #strayTimer: NodeJS.Timeout | undefined

  constructor(terms: ProgramTerms, events: LinkEvents) {
    this.#terms = terms
    this.#events = events
    this.#lines = new PipeLines(terms.longestLine)
    this.#letters = new Letters(terms.lane)
    this.#ear = new ProgramEar(terms.lane, {
      receive: message => void events.receive(message),
      hello: hello => this.#meet(hello),
      begunStray: n => this.#limitStray(n),
      fault: why => this.#endFor(why),
    })
    this.#child = startChild(terms.child, {
      stdout: chunk => {
        this.#lines.push(chunk)
        this.#pump()
      },
      stderr: text => this.#hearStderr(text),
      closed: () => this.#closed(),
      memory: usedMB => void events.receive([toMain.heap, usedMB]),
      ended: end => {
        this.#end = end
        this.#pump()
      },
    })
  }

  // -- hearing -----------------------------------------------------------------------------------------------------------

  /** Hears lines for a while; what is left is heard in the next turn, and the program waits meanwhile. */
  #pump(): void {
    if (this.#pumping) return
    const until = performance.now() + hearingMs
    let line: PipeLine | undefined
    let isLate = isBehind()
    while (!isLate) {
      line = this.#lines.next()
      if (line === undefined) break
      this.#hear(line)
      isLate = performance.now() > until || isBehind()
    }
    if (!isLate && this.#end !== undefined) {
      const rest = this.#lines.rest()
      if (rest !== undefined) this.#hear(rest)
    }
    this.#ear.flush()
    if (this.#lines.isTooLong) this.#endFor(`it wrote a line of more than ${this.#terms.longestLine} bytes`)
    if (isLate) return this.#pumpLater()
    if (this.#end !== undefined) return this.#exit(this.#end)
    this.#child.flow('stdout', true)
  }

  #pumpLater(): void {
    this.#pumping = true
    this.#child.flow('stdout', false)
    macrotask(() => {
      this.#pumping = false
      this.#pump()
    })
  }

  #hear({ text, isText }: PipeLine): void {
    const heard = readLine(text)
    this.#ear.hear(
      isText || heard.is !== 'message'
        ? heard
        : { is: 'broken', why: 'a line that is not UTF-8', n: numberIn(heard.message), before: heard.before },
    )
  }

  #hearStderr(text: string): void {
    this.#ear.print('stderr', text)
    if (!isBehind()) return
    this.#child.flow('stderr', false)
    const goOn = () => (isBehind() ? macrotask(goOn) : this.#child.flow('stderr', true))
    macrotask(goOn)
  }

  #meet(hello: ProgramHello): void {
    const { lane, met } = this.#terms
    const { pid } = this.#child
    const why = this.#hello === undefined ? whyUnfit(hello, lane) : 'it said hello twice'
    if (why !== undefined || pid === undefined) return this.#endFor(why ?? '')
    this.#hello = hello
    met(hello, pid)
    const folder = hello.accepts?.includes('files') ? folderFor(pid) : undefined
    this.#letters.folder = folder
    this.#letters.shares = hello.accepts?.includes('shared') ?? false
    this.#ear.folder = folder
    this.#ear.met = true
    this.#say({
      type: 'start',
      protocol: protocolVersion,
      ticket: lane.ticket,
      workers: lane.definitions.map(({ name }) => name),
      ...(folder !== undefined && { folder }),
    })
  }

  /** It speaks no more. If it does not exit by itself, it is of no use. */
  #closed(): void {
    if (this.#end !== undefined) return
    this.#closedTimer = setTimeout(
      () => this.#endFor('it closed its stdout, and can answer no more'),
      closedStdoutMs,
    )
  }

  // -- speaking ----------------------------------------------------------------------------------------------------------

  send(message: ToWorker): void {
    switch (message[0]) {
      case toWorker.batch:
        return this.#sendBatch(message)
      case toWorker.abort:
        return this.#cancel(message)
      case toWorker.constant:
        return this.#sendConstant(message)
      case toWorker.forget:
        if (this.#letters.forget(message[1])) this.#say({ type: 'forget', key: message[1] })
        return
      case toWorker.close:
        this.#closing = true
        this.#say({ type: 'close' })
        return this.#child.hangUp()
      default:
        return // a nudge and a receipt are for those who share memory or count what is heard
    }
  }

  #sendBatch(batch: Batch): void {
    // All of them, or, where one cannot be written, none.
    const text = this.#letters.instructions(batch)
    const [, definition, first, count] = batch
    for (let i = 0; i < count; i++) this.#ear.expect(first + i, definition)
    this.#child.write(text)
  }

  #sendConstant([, key, value]: NewConstant): void {
    const text = this.#letters.constant(key, value)
    if (text !== undefined) this.#child.write(text)
  }

  #cancel([, n, reason, isError]: Abort): void {
    const { name, message } = (isError ? reason : {}) as { name?: string; message?: string }
    this.#say({
      type: 'cancel',
      n,
      reason: isError ? (message ?? '') : typeof reason === 'string' ? reason : this.#letters.reason(reason),
      ...(name !== undefined && { name }),
    })
  }

  #say(message: ToProgram): void {
    this.#child.write(`${JSON.stringify(message)}\n`)
  }

  begun(): { readonly n: number; readonly at: number } | undefined {
    return this.#ear.atWork()
  }

  skip(n: number): boolean {
    return this.#ear.forgo(n)
  }

  /** What was cancelled before it began has begun in spite of that, and has the grace that all cancelled work has. */
  #limitStray(n: number): void {
    clearTimeout(this.#strayTimer)
    const tooLong = () => {
      if (this.#ear.isStray(n))
        this.#endFor('it went on with an instruction that had been cancelled before it began')
    }
    this.#strayTimer = setTimeout(tooLong, Math.min(this.#terms.lane.graceMs, 2 ** 31 - 1))
    this.#strayTimer.unref()
  }

  // -- ending ------------------------------------------------------------------------------------------------------------

  kill(): void {
    this.#child.end()
  }

  keepAlive(alive: boolean): void {
    this.#child.keepAlive(alive)
  }

  #endFor(why: string): void {
    this.#fault ??= why
    this.#child.end()
  }

  #exit(end: ChildEnd): void {
    clearTimeout(this.#closedTimer)
    clearTimeout(this.#strayTimer)
    const { code, outOfMemory } = end
    if (this.#closing && this.#fault === undefined && code !== null) {
      const failed = { name: 'Error', message: whyEnded(end) }
      this.#events.receive([toMain.closed, code === 0 ? undefined : failed])
    }
    this.#events.exited({
      reason: this.#fault ?? whyEnded(end),
      outOfMemory,
      ...(code !== null && { exitCode: code }),
      standingOf: n => this.standingOf(n),
    })
  }

  standingOf(n: number): JobStanding {
    return this.#ear.standingOf(n)
  }
}

const numberIn = (message: object): number | undefined => (message as { n?: number }).n

/** Why a program is of no use here; `undefined`: it is. */
function whyUnfit(
  { protocol, workers }: ProgramHello,
  { definitions, hooks }: LaneTerms,
): string | undefined {
  if (protocol !== protocolVersion)
    return `it speaks version ${protocol} of the protocol, and this is version ${protocolVersion}: take the helper of this rxboss (\`rxboss helper python\`), or another rxboss`
  const [hook] = hooks
  if (hook !== undefined) return `a program cannot run ${hook.export}, which is JavaScript`
  for (const { name, version } of definitions) {
    const told = workers.find(one => one.name === name)
    if (told === undefined)
      return `it has no worker "${name}": its workers are ${workers.map(one => `"${one.name}"`).join(', ') || 'none'}`
    if (version !== undefined && told.version !== undefined && version !== told.version)
      return `its worker "${name}" has version ${told.version}, and ${version} is asked for`
  }
  return undefined
}
