/** What the adapters of rxboss share. It is imported when a pool is opened: what that costs is part of a cold start. */

const dist = process.env.RXBOSS_DIST ?? new URL('../../../dist/', import.meta.url).href

export async function rxboss(task) {
  const [library, workers] = await Promise.all([
    import(`${dist}lib/index.js`),
    import('../workers/rxboss.mjs'),
  ])
  return { ...library, worker: workers[task], instructionOf: instructionOf(task, library.transfer) }
}

function instructionOf(task, transfer) {
  if (task === 'buf') return buffer => ({ buffer: transfer(buffer, [buffer]) })
  if (task === 'echo') return value => ({ value })
  return n => ({ n })
}

export const resultOf = report => {
  if (report.kind === 'done') return report.result
  throw new Error(`not done, but ${JSON.stringify(report)}`)
}

export async function openBoss({ task, size }, options) {
  const { Boss, maxThreads, worker, instructionOf } = await rxboss(task)
  const boss = new Boss({ workers: [worker], scheduler: maxThreads(size), ...options })
  boss.makeThemWork()
  return { boss, instructionOf }
}

/** What is given, and the reports of it. */
export async function openReports(options, settings) {
  const { boss, instructionOf } = await openBoss(options, settings)
  const pool = {
    receive: undefined,
    fail: undefined,
    give: value => {
      boss.give(instructionOf(value))
    },
  }
  boss.reports$.subscribe(report => pool.receive(resultOf(report)))
  return pool
}
