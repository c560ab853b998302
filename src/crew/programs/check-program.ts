/**
 * `checkProgram`: plays both sides of the protocol, and says line by line what a program does right and what wrong.
 *
 *     hello ──► ready ──► ping ──► each worker once ──► two at once, the second cancelled ──► close
 *     once more: the boss is gone without a word
 */

import { type ProgramCommand, wordsOf } from './define-program.ts'
import { Dialogue } from './dialogue.ts'
import {
  type FromProgram,
  type ProgramHello,
  protocolVersion,
  type ToldWorker,
  type ToProgram,
} from './program-words.ts'

/** One thing that was looked at. `advice`: nothing is wrong, and something could be better. */
export interface ProgramVerdict {
  readonly verdict: 'right' | 'wrong' | 'advice'
  readonly says: string
}

/** What a check may be told besides the command. */
export interface CheckProgramOptions {
  /** Attributes for the trials, by worker; otherwise made up of its schema. */
  readonly attributes?: Readonly<Record<string, unknown>>
  /** Milliseconds in which a program must answer. Default 10,000. */
  readonly patienceMs?: number
}

type Say = (verdict: ProgramVerdict['verdict'], says: string) => ProgramVerdict

const said: Say = (verdict, says) => ({ verdict, says })

/**
 * Checks a program against docs/program-protocol.md: starts it twice, gives each of its workers an instruction, and ends it.
 *
 * @throws {TypeError} at once, when the command is none
 * @returns a verdict for each thing that was looked at, as it is found
 */
export async function* checkProgram(
  command: ProgramCommand,
  { attributes = {}, patienceMs = 10_000 }: CheckProgramOptions = {},
): AsyncGenerator<ProgramVerdict> {
  const words = wordsOf(command, 'check a program')
  const dialogue = new Dialogue(words)
  try {
    const hello = yield* greets(dialogue, patienceMs)
    if (hello === undefined) return
    yield* answersPing(dialogue, patienceMs)
    const trials = hello.workers.map((told, n) => instructionFor(told, n, attributes))
    for (const trial of trials) yield* works(dialogue, trial, patienceMs)
    const [first] = trials
    if (first !== undefined) yield* waitsInLine(dialogue, first, patienceMs)
    yield* closes(dialogue, patienceMs)
    yield* printsNothing(dialogue)
  } finally {
    await dialogue.end()
  }
  yield* leavesAlone(words, patienceMs)
}

async function* greets(
  dialogue: Dialogue,
  ms: number,
): AsyncGenerator<ProgramVerdict, ProgramHello | undefined> {
  const hello = await dialogue.next(ms)
  if (hello?.type !== 'hello') {
    const instead =
      hello === undefined ? (dialogue.whyOver ?? `nothing came within ${ms} ms`) : `it said ${hello.type}`
    yield said(
      'wrong',
      `hello: it must be the first line, before anything is read; ${dialogue.broken[0] ?? instead}`,
    )
    return undefined
  }
  if (hello.protocol !== protocolVersion) {
    yield said('wrong', `hello: "protocol" is ${hello.protocol}, and this is version ${protocolVersion}`)
    return undefined
  }
  const { language, languageVersion = '', workers, accepts = [] } = hello
  yield said(
    'right',
    `hello: protocol 1, ${workers.map(({ name }) => name).join(', ') || 'no workers'}${accepts.length === 0 ? '' : `, accepts ${accepts.join(', ')}`}`,
  )
  if (workers.length === 0) yield said('wrong', 'hello: "workers" is empty: nothing can be asked of it')
  if (language === undefined)
    yield said('advice', 'hello: "language" and "languageVersion" would be shown in the views')
  else yield said('right', `hello: in ${`${language} ${languageVersion}`.trim()}`)
  dialogue.say({
    type: 'start',
    protocol: protocolVersion,
    ticket: 0,
    workers: workers.map(({ name }) => name),
  })
  const ready = await dialogue.next(ms)
  if (ready?.type === 'ready') yield said('right', 'ready, after start')
  else
    yield said(
      'wrong',
      `ready: it must follow start; ${ready === undefined ? (dialogue.whyOver ?? `nothing came within ${ms} ms`) : `it said ${ready.type}`}`,
    )
  return ready?.type === 'ready' ? hello : undefined
}

async function* answersPing(dialogue: Dialogue, ms: number): AsyncGenerator<ProgramVerdict> {
  dialogue.say({ type: 'of a later version' })
  dialogue.say({ type: 'ping', n: 41 })
  const pong = await dialogue.next(Math.min(ms, 2000))
  if (pong?.type === 'pong' && pong.n === 41)
    yield said('right', 'pong to a ping; a type that it does not know is passed over')
  else
    yield said(
      'wrong',
      `ping: it must be answered by {"type":"pong","n":41}, also behind a type that it does not know; ${pong === undefined ? 'nothing came' : `it said ${pong.type}`}`,
    )
}

type Trial = Extract<ToProgram, { type: 'instruction' }>

function instructionFor(
  { name, schema }: ToldWorker,
  n: number,
  given: CheckProgramOptions['attributes'] = {},
): Trial {
  const attributes = given[name] ?? sampleOf(schema ?? {})
  return { type: 'instruction', n, worker: name, id: n, name: `${name}#${n}`, attempt: 1, attributes }
}

/** A value that a schema accepts, as far as is looked into it. */
function sampleOf(schema: Readonly<Record<string, unknown>>): unknown {
  if (schema.default !== undefined) return schema.default
  if (Array.isArray(schema.enum)) return schema.enum[0]
  switch (schema.type) {
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    case 'array':
      return []
    case 'string':
      return 'a'
    case 'object': {
      const { properties = {}, required = [] } = schema as {
        properties?: Record<string, object>
        required?: string[]
      }
      return Object.fromEntries(required.map(name => [name, sampleOf((properties[name] ?? {}) as never)]))
    }
    default:
      return {}
  }
}

async function* works(dialogue: Dialogue, trial: Trial, ms: number): AsyncGenerator<ProgramVerdict> {
  const { worker, n } = trial
  dialogue.say(trial)
  const begun = await dialogue.next(ms)
  if (begun?.type !== 'begun' || begun.n !== n) {
    yield said(
      'wrong',
      `${worker}: {"type":"begun","n":${n}} must come before all else, so that a death blames it; ${inWords(begun, dialogue)}`,
    )
    if (begun === undefined) return
  }
  let notes = 0
  let answer = begun?.type === 'result' || begun?.type === 'failure' ? begun : await dialogue.next(ms)
  for (
    ;
    answer !== undefined && answer.type !== 'result' && answer.type !== 'failure';
    answer = await dialogue.next(ms)
  ) {
    if (answer.type === 'note') notes++
    if (answer.type !== 'log' && answer.type !== 'askable' && (answer.type !== 'note' || answer.n !== n))
      yield said('wrong', `${worker}: between begun and its answer it ${inWords(answer, dialogue)}`)
  }
  if (answer === undefined)
    return yield said('wrong', `${worker}: no answer within ${ms} ms; ${inWords(answer, dialogue)}`)
  if (answer.n !== n) yield said('wrong', `${worker}: it answered ${answer.n}, and was asked for ${n}`)
  const how = answer.type === 'result' ? 'a result' : `a failure: ${answer.name}: ${answer.message}`
  yield said('right', `${worker}: begun, ${notes === 0 ? '' : `${notes} notes, `}${how}`)
  if (answer.type === 'failure')
    yield said(
      'advice',
      `${worker}: was given ${JSON.stringify(trial.attributes)}; give better attributes, to see a result`,
    )
}

/** Two at once, and the second is cancelled before the first can have ended. */
async function* waitsInLine(dialogue: Dialogue, like: Trial, ms: number): AsyncGenerator<ProgramVerdict> {
  const [first, second] = [100, 101]
  dialogue.sayAll([
    { ...like, n: first },
    { ...like, n: second },
    { type: 'cancel', n: second, reason: 'a check' },
  ])
  const order: string[] = []
  for (let answers = 0; answers < 2; ) {
    const message = await dialogue.next(ms)
    if (message === undefined)
      return yield said('wrong', `two at once: both must be answered; ${inWords(message, dialogue)}`)
    if (message.type === 'begun') order.push(`begun ${message.n}`)
    if (message.type !== 'result' && message.type !== 'failure') continue
    order.push(`answer ${message.n}`)
    answers++
  }
  const isBegun = order.includes(`begun ${second}`)
  if (order.indexOf(`answer ${first}`) > order.indexOf(isBegun ? `begun ${second}` : `answer ${second}`))
    yield said('wrong', `two at once: one after the other, in order; it said ${order.join(', ')}`)
  else yield said('right', 'two at once: one after the other, in order')
  if (isBegun)
    yield said(
      'advice',
      'cancel: it began what was cancelled before it had begun; read what is there before each begun',
    )
  else yield said('right', 'cancel: what was cancelled before it began does not begin, and is answered')
}

async function* closes(dialogue: Dialogue, ms: number): AsyncGenerator<ProgramVerdict> {
  dialogue.say({ type: 'close' })
  dialogue.hangUp()
  const ended = await dialogue.ends(ms)
  if (ended && dialogue.exitCode === 0) yield said('right', 'close: it exited with 0')
  else
    yield said(
      'wrong',
      `close: it must exit with 0; ${ended ? dialogue.whyOver : `it still runs after ${ms} ms`}`,
    )
}

async function* printsNothing({ printed, broken }: Dialogue): AsyncGenerator<ProgramVerdict> {
  for (const why of broken) yield said('wrong', `a message that cannot be read: ${why}`)
  if (printed.length > 0)
    yield said(
      'advice',
      `stdout: ${printed.length} lines are no messages, and go to the log, as ${JSON.stringify(printed[0]?.slice(0, 60))}; a helper would move the real stdout away`,
    )
}

/** The boss is gone without a word: stdin ends. */
async function* leavesAlone(words: readonly string[], ms: number): AsyncGenerator<ProgramVerdict> {
  const dialogue = new Dialogue(words)
  try {
    const hello = await dialogue.hear('hello', ms)
    dialogue.say({
      type: 'start',
      protocol: protocolVersion,
      ticket: 0,
      workers: hello?.workers.map(({ name }) => name) ?? [],
    })
    await dialogue.hear('ready', ms)
    dialogue.hangUp()
    if (await dialogue.ends(Math.min(ms, 2000))) yield said('right', 'the end of stdin ends it')
    else
      yield said(
        'wrong',
        'the end of stdin means that nobody is there any more: it must exit, and still runs after 2 s',
      )
  } finally {
    await dialogue.end()
  }
}

const inWords = (message: FromProgram | undefined, { whyOver, broken }: Dialogue): string =>
  message === undefined
    ? (whyOver ?? broken.at(-1) ?? 'nothing came')
    : `said ${message.type}${'n' in message ? ` of ${message.n}` : ''}`
