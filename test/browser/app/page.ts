/** The page: each function is one case, and returns what the test looks at. */

import {
  Boss,
  type BossOptions,
  delegate,
  explain,
  maxThreads,
  pull,
  type Report,
  result,
  spawn,
  threads,
  transfer,
} from 'rxboss'
import { firstValueFrom, lastValueFrom, map, range, reduce, tap } from 'rxjs'

import { seen, summer } from './actors.js'
import { act, negative, paint, square } from './workers.js'

const workers = [square, act, paint, negative] as const
type Workers = (typeof workers)[number]

let started = 0
const newWorker = () => {
  started++
  return new Worker(new URL('./crew.js', import.meta.url), { type: 'module' })
}

/** A boss and two workers, and everything they report. */
function hire(options: Partial<BossOptions<Workers>> = {}) {
  const boss = new Boss<Workers>({
    workers,
    crew: threads({ worker: newWorker }),
    scheduler: maxThreads(2),
    graceMs: 100,
    ...options,
  })
  const reports: Report[] = []
  boss.reports$.subscribe(report => reports.push(report))
  const until = (wanted: (report: Report) => boolean) =>
    new Promise<Report>(resolve => {
      boss.reports$.subscribe(report => wanted(report) && resolve(report))
    })
  return { boss, reports, until }
}

function inShort(report: Report): string {
  switch (report.kind) {
    case 'interim':
      return `note ${JSON.stringify(report.note)}`
    case 'done':
      return `done ${JSON.stringify(report.result)}`
    case 'failed':
      return `failed ${report.failure.code}: ${explain(report.failure)}`
    case 'cancelled':
      return `cancelled ${report.reason}`
    default:
      return report satisfies never
  }
}
const told = (reports: readonly Report[]) => reports.map(report => `${report.name}: ${inShort(report)}`)

const cases = {
  isolated: () => globalThis.crossOriginIsolated,

  /** What one actor does in a Web Worker of its own, as JSON; `file` serves it. */
  actor: async (file: string) => {
    const worker = () => new Worker(new URL(file, import.meta.url), { type: 'module' })
    return JSON.stringify(await seen(threads({ worker }), { deaths: true }))
  },

  /** How an actor ends whose worker does not come to live. */
  actorFails: async (file: string, startMs: number) => {
    const worker = () => new Worker(new URL(file, import.meta.url), { type: 'module' })
    const actor = spawn(summer, { on: threads({ worker, startMs }) })
    return String((await firstValueFrom(actor.exit$)).error)
  },

  /** A busy loop that is ended, of many messages that were sent: none is handled twice. */
  actorBlocks: async () => {
    const worker = () => new Worker(new URL('./actor-crew.js', import.meta.url), { type: 'module' })
    const actor = spawn(summer, {
      on: threads({ worker }),
      supervise: { max: 5, within: 60_000 },
      blockedMs: 300,
    })
    const handled: unknown[] = []
    actor.out$.subscribe(output => handled.push(output))
    const letters: string[] = []
    actor.mailbox.deadLetters$.subscribe(letter => letters.push(letter.why))
    actor.ref.next({ type: 'add', n: 1 })
    await firstValueFrom(actor.out$)
    actor.ref.next({ type: 'fail', how: 'block' })
    for (let i = 0; i < 100; i++) actor.ref.next({ type: 'add', n: 1 })
    actor.end()
    await firstValueFrom(actor.exit$)
    return { letters, last: handled.at(-1), count: handled.length }
  },
  started: () => started,

  /** Acts one after the other in one thread, and what came of each. */
  acts: async (whats: readonly string[]) => {
    const { boss, reports } = hire({ scheduler: maxThreads(1) })
    for (const what of whats) boss.give({ what, name: what })
    boss.makeThemWork()
    await boss.waitTillFinished()
    return told(reports)
  },

  squares: async (count: number) => {
    const { boss, reports } = hire()
    for (let n = 0; n < count; n++) boss.give({ n })
    boss.makeThemWork()
    const { counts } = await boss.waitTillFinished()
    const results = reports.map(report => (report.kind === 'done' ? (report.result as number) : -1))
    return { done: counts.done, right: results.sort((a, b) => a - b).every((one, n) => one === n * n) }
  },

  /** A pipeline in which nothing is kept but a sum. */
  delegated: (count: number) =>
    lastValueFrom(
      range(0, count).pipe(
        map(n => ({ n })),
        delegate(square, { crew: threads({ worker: newWorker }) }),
        result(),
        reduce((all, one) => all + one, 0),
      ),
    ),

  bitmap: async () => {
    const { boss, until } = hire()
    boss.makeThemWork()
    const painted = until(({ kind }) => kind === 'done')
    boss.give({ size: 16 })
    const report = await painted
    const bitmap = (report.kind === 'done' ? report.result : undefined) as ImageBitmap
    const context = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D
    context.drawImage(bitmap, 0, 0)
    await boss.stopThemWorking()
    return { width: bitmap.width, pixel: [...context.getImageData(8, 8, 1, 1).data] }
  },

  moved: async (size: number) => {
    const { boss, until } = hire()
    boss.makeThemWork()
    const bytes = new Uint8Array(size).fill(5)
    const back = until(({ kind }) => kind !== 'interim')
    boss.give({ bytes: transfer(bytes, [bytes.buffer]) })
    const report = await back
    const negated = report.kind === 'done' ? (report.result as Uint8Array) : new Uint8Array()
    await boss.stopThemWorking()
    return { told: report.kind, left: bytes.byteLength, length: negated.length, first: negated[0] }
  },

  /** Work that listens to nobody is cancelled after its first interim report would be; what waits behind it is done. */
  cancelBusy: async () => {
    const { boss, reports, until } = hire({ scheduler: maxThreads(1) })
    const warm = until(({ name }) => name === 'first')
    boss.give({ what: 'hello', name: 'first' })
    boss.makeThemWork()
    await warm
    const busy = boss.give({ what: 'spin', ms: 60_000, name: 'busy' })
    for (let n = 0; n < 20; n++) boss.give({ n })
    await new Promise(resolve => setTimeout(resolve, 100))
    const at = performance.now()
    const gone = until(({ name }) => name === 'busy')
    boss.cancel(busy, 'enough')
    await gone
    const ms = performance.now() - at
    const { counts } = await boss.waitTillFinished()
    return {
      ms,
      counts: { done: counts.done, cancelled: counts.cancelled },
      ids: new Set(reports.map(r => r.id)).size,
    }
  },

  cancelWaiting: async () => {
    const { boss, reports, until } = hire({ scheduler: maxThreads(1) })
    boss.give({ what: 'hello', name: 'first' })
    boss.makeThemWork()
    await until(({ name }) => name === 'first')
    const before = started
    const id = boss.give({ what: 'wait', ms: 60_000, name: 'waits' })
    setTimeout(() => boss.cancel(id, 'enough'), 50)
    await until(({ name }) => name === 'waits')
    boss.give({ what: 'hello', name: 'last' })
    await boss.waitTillFinished()
    return { told: told(reports), newThreads: started - before }
  },

  haltAndResume: async () => {
    const { boss, reports } = hire()
    for (let n = 0; n < 100; n++) boss.give({ n })
    boss.makeThemWork()
    boss.halt()
    await new Promise(resolve => setTimeout(resolve, 300))
    const halted = reports.length
    const late = new Promise<number>(resolve => setTimeout(() => resolve(reports.length), 200))
    const stillHalted = (await late) === halted
    boss.resume()
    await boss.waitTillFinished()
    return { stillHalted, done: reports.length }
  },

  /** Dies twice, then is poison or done: by its retries. */
  supervised: async (retries: number) => {
    const { boss, reports } = hire({ scheduler: maxThreads(1) })
    const before = started
    boss.give({ what: 'close', name: 'dies', retries })
    boss.give({ what: 'hello', name: 'next' })
    boss.makeThemWork()
    await boss.waitTillFinished()
    const dies = reports.find(({ name, kind }) => name === 'dies' && kind !== 'interim')
    return {
      told: told(reports),
      attempts: dies?.kind === 'failed' ? dies.attempt : undefined,
      threads: started - before,
    }
  },

  loadFails: async (file: string) => {
    const crew = threads({ worker: () => new Worker(new URL(file, import.meta.url), { type: 'module' }) })
    const { boss, reports } = hire({ crew, scheduler: maxThreads(1) })
    boss.give({ n: 2, name: 'square' })
    boss.makeThemWork()
    await boss.waitTillFinished().catch(() => {})
    return told(reports)
  },

  withoutWorker: () => {
    try {
      new Boss<Workers>({ workers, crew: threads() })
      return 'hired'
    } catch (error) {
      return String(error)
    }
  },

  timeout: async () => {
    const { boss, reports } = hire({ scheduler: maxThreads(1) })
    boss.give({ what: 'spin', ms: 60_000, timeout: 0.2, name: 'slow' })
    boss.give({ what: 'hello', name: 'next' })
    boss.makeThemWork()
    await boss.waitTillFinished()
    return told(reports)
  },

  /** Keeps every worker busy and never ends: the page is left meanwhile. */
  busyForEver: async () => {
    const { boss, until } = hire()
    const begun = until(({ kind }) => kind === 'done')
    boss.makeThemWork()
    boss.give({ n: 1 })
    await begun
    for (let n = 0; n < 4; n++) boss.give({ what: 'spin', ms: 600_000 })
    return started
  },

  /** Many through one boss: what is held at once is what counts. */
  many: async (count: number) => {
    const { memory } = performance as Performance & { readonly memory?: { readonly usedJSHeapSize: number } }
    const { gc } = globalThis as { readonly gc?: () => void }
    const heaps: number[] = []
    let [done, sum] = [0, 0]
    const instructions = function* () {
      for (let n = 0; n < count; n++) yield { n: n % 1000 }
    }
    const at = performance.now()
    await lastValueFrom(
      pull(instructions()).pipe(
        delegate(square, { crew: threads({ worker: newWorker }) }),
        result(),
        tap(one => {
          sum += one
          if (++done % (count / 10) !== 0) return
          gc?.()
          heaps.push((memory?.usedJSHeapSize ?? 0) / 2 ** 20)
        }),
      ),
    )
    return { done, sum, heaps, us: ((performance.now() - at) * 1000) / count }
  },
}

export type Cases = typeof cases
Object.assign(globalThis, { cases })
