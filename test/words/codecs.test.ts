/** Reports and failures survive being written down and read again. */

import test from 'ava'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { firstValueFrom, of, toArray } from 'rxjs'

import { collect, delegate, inline, reportCodec, toEither } from '../../src/index.ts'
import misbehave from '../fixtures/misbehave.ts'

const some$ = of(
  { act: 'answer' as const },
  { act: 'throwClass' as const },
  { act: 'notes' as const },
  { act: 5 as never },
)

test('every report decodes again after a trip through JSON', async t_ => {
  const reports = await firstValueFrom(some$.pipe(delegate(misbehave, { crew: inline() }), toArray()))
  t_.is(reports.length, 7)
  for (const report of reports) {
    const decoded = reportCodec(t.unknown).decode(JSON.parse(JSON.stringify(report)))
    t_.true(isRight(decoded), JSON.stringify(report))
  }
  t_.true(isLeft(reportCodec(t.number).decode({ kind: 'done', id: 0 })))
  const failed = reports.find(({ kind }) => kind === 'failed')
  t_.true(isLeft(reportCodec(t.unknown).decode({ ...failed, failure: { code: 'odd' } })))
})

test('toEither keeps failures beside results; collect stops at the first', async t_ => {
  const delegated$ = some$.pipe(delegate(misbehave, { crew: inline() }))
  const eithers = await firstValueFrom(delegated$.pipe(toEither(), toArray()))
  t_.is(eithers.filter(isRight).length, 2)
  t_.is(eithers.filter(isLeft).length, 2)
  t_.true(isLeft(await collect(delegated$)()))
  const fine = await collect(of({ act: 'answer' as const }).pipe(delegate(misbehave, { crew: inline() })))()
  t_.deepEqual(isRight(fine) && fine.right, ['fine'])
})
