import test from 'ava'

import { GrowingJobs } from '../../src/cli/growing-jobs.ts'
import { parseJobs } from '../../src/cli/jobs.ts'

test('jobs: a number, beside the cores, per cent of them, as many as possible', t => {
  t.deepEqual(parseJobs('3', 8), { count: 3, unlimited: false })
  t.deepEqual(parseJobs('+2', 8), { count: 10, unlimited: false })
  t.deepEqual(parseJobs('-2', 8), { count: 6, unlimited: false })
  t.deepEqual(parseJobs('50%', 8), { count: 4, unlimited: false })
  t.deepEqual(parseJobs('200%', 8), { count: 16, unlimited: false })
  t.deepEqual(parseJobs('0', 8), { count: 256, unlimited: true })
})

test('jobs: never less than one', t => {
  t.is(parseJobs('-8', 8).count, 1)
  t.is(parseJobs('-99', 8).count, 1)
  t.is(parseJobs('1%', 8).count, 1)
})

test('jobs: anything else is refused', t => {
  for (const text of ['', 'x', '1.5', '+50%', '-50%', '3j', '%']) {
    t.throws(() => parseJobs(text, 8), { message: /not a number of jobs/ }, text)
  }
})

test('-j 0: workers are added while all are busy and the processors are not, and no more than may be', t => {
  let [now, cpu] = [0, 0]
  let counts = { running: 4, pending: 100 }
  const grown: number[] = []
  const growing = new GrowingJobs({
    ...{ cores: 2, most: 24, clock: () => now, cpu: () => cpu, counts: () => counts },
    grow: jobs => void grown.push(jobs),
  })
  const look = (busy: number) => {
    now += 250
    cpu += busy * 2 * 250_000
    growing.look()
    counts = { ...counts, running: growing.jobs }
  }
  look(0.1)
  t.deepEqual(grown, [8])
  look(0.95)
  t.deepEqual(grown, [8], 'the processors are busy')
  counts = { running: 7, pending: 100 }
  look(0.1)
  t.deepEqual(grown, [8], 'one is idle')
  for (let i = 0; i < 5; i++) look(0.1)
  t.deepEqual(grown, [8, 16, 24])
  growing.end()
})
