/**
 * The soak: a storm of instructions that do whatever work can do, while workers are killed from outside, and the run is
 * halted, resumed and resized. At the end, what was given is what was settled, and nothing is left.
 */

import { setTimeout as sleep } from 'node:timers/promises'

import { Boss, type Crew, type InspectEvent, maxThreads, type Settled } from '../../src/index.ts'
import soak, { contradiction, type Fate, shares } from './fates.ts'
import { randomFrom } from './random.ts'

export interface SoakTerms {
  readonly crew: Crew
  readonly instructions: number
  readonly seed: number
  readonly lanes: number
  /** Ends one worker from outside. */
  readonly strike: (event: Ready) => void
  readonly log?: (text: string) => void
}

export type Ready = Extract<InspectEvent, { type: 'worker.ready' }>

export interface SoakResult {
  readonly given: number
  readonly settled: number
  readonly complaints: readonly string[]
  readonly kinds: Readonly<Record<string, number>>
  readonly deaths: number
  readonly strikes: number
  readonly ms: number
  /** MB, after a collection where that can be asked for, at 20 % and at the end. */
  readonly heapMB: readonly [number, number]
  readonly lastEvents: readonly InspectEvent[]
}

/** So many are given and not settled at most: the memory of the soak itself stays flat. */
const inFlight = 500
const keptEvents = 200

export async function runSoak(terms: SoakTerms): Promise<SoakResult> {
  const { crew, instructions, seed, lanes, strike, log = () => {} } = terms
  const random = randomFrom(seed)
  const boss = new Boss({
    workers: soak,
    crew,
    scheduler: maxThreads(lanes),
    keepReports: false,
    graceMs: 50,
    backoff: () => 5,
    supervise: { max: Infinity, within: 1000, backoff: () => 0 },
    output: 'inspect',
  })
  const fates = new Map<number, { readonly fate: Fate; readonly n: number }>()
  const complaints: string[] = []
  const kinds: Record<string, number> = {}
  const lastEvents: InspectEvent[] = []
  const alive = new Map<string, Ready>()
  let [given, settledCount, deaths, strikes] = [0, 0, 0, 0]
  let heapEarly = 0
  let goOn: (() => void) | undefined
  let progressed = performance.now()
  const began = performance.now()

  const complain = (text: string) => {
    if (complaints.length < 50) complaints.push(text)
  }
  boss.inspect$.subscribe(event => {
    if (lastEvents.push(event) > keptEvents) lastEvents.shift()
    if (event.type === 'worker.ready') alive.set(event.workerId, event)
    if (event.type === 'worker.exit') {
      alive.delete(event.workerId)
      deaths++
    }
    // What is to be cancelled at work is cancelled once it has begun.
    if (event.type === 'instruction.start') {
      const fate = fates.get(event.id)?.fate
      if (fate === 'loops' || fate === 'obeys') setTimeout(() => boss.cancel(event.id, 'as told'), 5)
    }
  })
  boss.reports$.subscribe(report => {
    if (report.kind === 'interim') return
    const known = fates.get(report.id)
    if (known === undefined) return complain(`a second report for instruction ${report.id}: ${report.kind}`)
    fates.delete(report.id)
    settledCount++
    progressed = performance.now()
    kinds[report.kind === 'failed' ? report.failure.code : report.kind] =
      (kinds[report.kind === 'failed' ? report.failure.code : report.kind] ?? 0) + 1
    const why = contradiction(known.fate, known.n, report as Settled)
    if (why !== undefined) complain(why)
    if (given - settledCount < inFlight / 2) goOn?.()
  })
  boss.makeThemWork()

  const striking = setInterval(() => {
    const targets = [...alive.values()]
    const target = targets[Math.floor(random() * targets.length)]
    if (target === undefined) return
    strikes++
    strike(target)
  }, 200)
  const meddling = setInterval(() => {
    boss.halt()
    setTimeout(() => boss.resume(), 20)
    boss.reschedule(maxThreads(1 + Math.floor(random() * lanes)))
  }, 700)
  const watching = setInterval(() => {
    if (performance.now() - progressed > 20_000) {
      complain('nothing was settled for 20 s')
      goOn?.()
    }
    log(`${settledCount} settled, ${deaths} deaths`)
  }, 5000)

  while (given < instructions && complaints.length === 0) {
    while (given - settledCount < inFlight && given < instructions) {
      const fate = draw(random)
      const id = boss.give({
        fate,
        n: given,
        ms: Math.floor(random() * 5),
        retries: Math.floor(random() * 3),
        ...(fate === 'ignores' && { timeout: 50 }),
      })
      fates.set(id, { fate, n: given })
      given++
      if (fate === 'cancelledPending') setTimeout(() => boss.cancel(id, 'as told'), 0)
    }
    if (heapEarly === 0 && given >= instructions / 5) heapEarly = await heapMB()
    await new Promise<void>(resolve => {
      goOn = resolve
    })
  }
  clearInterval(striking)
  clearInterval(meddling)
  const patience = new AbortController()
  const tooLong = sleep(60_000, undefined, { signal: patience.signal }).catch(() => undefined)
  const ended = await Promise.race([boss.waitTillFinished(), tooLong])
  patience.abort()
  if (ended === undefined) complain(`it did not finish: ${JSON.stringify(boss.state.counts)}`)
  clearInterval(watching)
  await boss[Symbol.asyncDispose]()
  for (const [id, { fate }] of [...fates].slice(0, 10)) complain(`no report for instruction ${id} (${fate})`)
  return {
    given,
    settled: settledCount,
    complaints,
    kinds,
    deaths,
    strikes,
    ms: performance.now() - began,
    heapMB: [heapEarly, await heapMB()],
    lastEvents,
  }
}

async function heapMB(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.()
    await sleep(20)
  }
  return process.memoryUsage().heapUsed / 1_048_576
}

function draw(random: () => number): Fate {
  let left = random() * 10_000
  for (const [fate, share] of Object.entries(shares)) {
    left -= share
    if (left < 0) return fate as Fate
  }
  return 'atOnce'
}
