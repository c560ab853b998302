/** What goes to the page arrives as it was: rows, runs, and a report's document. */

import { testProp } from '@fast-check/ava'
import test from 'ava'
import * as fc from 'fast-check'
import * as types from 'io-ts'
import { toHtml } from 'rxboss/dashboard'
import { firstValueFrom, toArray } from 'rxjs'

import { fromColumns, toColumns } from '../../src/dashboard/columns.ts'
import { fromData, toData } from '../../src/dashboard/run-data.ts'
import { Boss, defineWorker, emptyRun, inline, maxThreads, reduceAll, reduceRun } from '../../src/index.ts'
import { itemsOf } from '../../src/inspect/bounded-log.ts'

const row = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof(fc.jsonValue(), fc.constant(undefined)))

testProp('rows go there and back by JSON', [fc.array(row)], (t, rows) => {
  const there = JSON.parse(JSON.stringify(toColumns(rows)))
  t.deepEqual(fromColumns(there), JSON.parse(JSON.stringify(rows)))
})

const odd = defineWorker(import.meta, {
  name: 'odd',
  attr: { n: types.number },
  work: async ({ n }, task) => {
    task.report({ done: 1, total: 2 })
    await Promise.resolve()
    if (n % 2 === 1) throw new RangeError(`odd: ${n}`)
    return n
  },
})

async function eventsOfARun(name?: string) {
  const boss = new Boss({
    workers: [odd],
    crew: inline(),
    scheduler: maxThreads(3),
    retries: 1,
    retryOn: ['threw'],
  })
  const events = firstValueFrom(boss.inspect$.pipe(toArray()))
  for (let n = 0; n < 20; n++) boss.give({ n, ...(name !== undefined && { name: `${name}${n}` }) })
  boss.makeThemWork({ terminate: true })
  return events
}

test('a run goes there and back by JSON, and goes on from there', async t => {
  const events = await eventsOfARun()
  for (const cut of [0, 1, 30, events.length]) {
    const run = reduceAll(emptyRun(), events.slice(0, cut))
    const there = fromData(JSON.parse(JSON.stringify(toData(run, 1000))))
    const here = reduceAll(run, events.slice(cut))
    const on = reduceAll(there, events.slice(cut))
    t.deepEqual(
      JSON.parse(JSON.stringify({ ...on, spans: itemsOf(on.spans), marks: 0, seconds: 0 })),
      JSON.parse(JSON.stringify({ ...here, spans: itemsOf(here.spans), marks: 0, seconds: 0 })),
    )
  }
})

test('by the burst or one by one, events make the same run; the one before stays as it was', async t => {
  const events = await eventsOfARun()
  const plain = (run: ReturnType<typeof emptyRun>) =>
    JSON.stringify({
      ...run,
      spans: itemsOf(run.spans),
      marks: itemsOf(run.marks),
      seconds: itemsOf(run.seconds),
    })
  let run = emptyRun()
  for (let i = 0; i < events.length; i += 7) {
    const burst = events.slice(i, i + 7)
    const before = plain(run)
    const next = reduceAll(run, burst)
    t.is(plain(next), plain(burst.reduce(reduceRun, run)))
    t.is(plain(run), before)
    run = next
  }
})

test('a report holds hostile names as text', async t => {
  const name = '\u001b]0;pwn\u0007</script><img src=x onerror=alert(1)><!--'
  const html = toHtml(reduceAll(emptyRun(), await eventsOfARun(name)))
  t.false(html.includes('</script><img'))
  t.false(html.includes('<img'))
  t.false(html.includes('\u001b'))
  t.is(html.match(/<\/script>/g)?.length, 2)
  t.is(html.replaceAll('%2F', '/').match(/https?:\/\/(?!www\.w3\.org\/2000\/svg)/g), null)
  t.throws(() => toHtml({} as never), { instanceOf: TypeError, message: /give what reduceRun made/ })
})
