import test from 'ava'

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
    t.throws(() => parseJobs(text, 8), { message: /no number of jobs/ }, text)
  }
})
