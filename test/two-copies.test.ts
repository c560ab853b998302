import { pathToFileURL } from 'node:url'

import test from 'ava'
import { lastValueFrom, of, toArray } from 'rxjs'

import { delegate, inline, inOrder } from '../src/index.ts'
import { transferOf } from '../src/words/transfer.ts'

/** What `rxboss/worker` leads to is another copy of the same code than `../src/`: as in a program that has the package twice. */
const square = async () => {
  const { defineWorker } = await import('rxboss/worker')
  const t = await import('io-ts')
  return defineWorker(
    { url: pathToFileURL('/nowhere/square.js').href },
    {
      name: 'square',
      attr: { n: t.number },
      work: ({ n }) => n * n,
    },
  )
}

test('a worker defined by another copy of this package is hired, and its footprint refuses as ever', async t => {
  const instructions$ = of({ n: 3 }, { n: 'three' } as never)
  const reports = await lastValueFrom(
    instructions$.pipe(delegate(await square(), { crew: inline() }), inOrder(), toArray()),
  )
  t.like(reports[0], { kind: 'done', result: 9 })
  t.like(reports[1], { kind: 'failed', failure: { code: 'refused' } })
})

test('what one copy of this package marks to be moved, another knows', async t => {
  const { transfer } = await import('rxboss/worker')
  const bytes = new Uint8Array(8)
  t.deepEqual(transferOf(transfer(bytes, [bytes.buffer])), [bytes.buffer])
})
