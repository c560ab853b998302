/** Wherever running work ends before its time, it is asked first, if it can be asked: reports come at once, places are waited for. */

import test from 'ava'
import { firstValueFrom, of } from 'rxjs'

import { Boss, type BossOptions, delegate, inline, threads } from '../../src/index.ts'
import { stoppable } from '../fixtures/odd-values.ts'

const newWords = () => new Int32Array(new SharedArrayBuffer(16))
const nonZero = async (words: Int32Array, at: number) => {
  while (Atomics.load(words, at) === 0) await new Promise(resolve => setTimeout(resolve, 2))
}

const crews = { threads: () => threads(), inline: () => inline() }

for (const [name, crew] of Object.entries(crews)) {
  const start = async (how: string, options: Partial<BossOptions<typeof stoppable>> = {}) => {
    const words = newWords()
    const boss = new Boss({ workers: [stoppable], crew: crew(), graceMs: 2000, ...options })
    const kinds: string[] = []
    boss.reports$.subscribe(({ kind }) => void (kind !== 'interim' && kinds.push(kind)))
    boss.give({ how, words })
    boss.makeThemWork()
    await nonZero(words, 0)
    return { boss, words, kinds }
  }

  test.serial(
    `${name}: stopThemWorking() asks: its report comes at once, and the place is waited for`,
    async t => {
      const { boss, words, kinds } = await start('slowly')
      const stopped = boss.stopThemWorking()
      t.deepEqual(kinds, ['cancelled'])
      t.is(words[2], 0)
      await stopped
      t.is(words[2], 1)
    },
  )

  test.serial(`${name}: disposing asks, and waits for the place`, async t => {
    const { boss, words } = await start('slowly')
    await boss[Symbol.asyncDispose]()
    t.is(words[2], 1)
  })

  test.serial(`${name}: exit$ waits for the place`, async t => {
    const { boss, words } = await start('slowly')
    const exit = firstValueFrom(boss.exit$)
    void boss.stopThemWorking()
    await exit
    t.is(words[2], 1)
  })

  test.serial(`${name}: unsubscribing from delegate asks`, async t => {
    const words = newWords()
    const subscription = of({ how: 'slowly', words })
      .pipe(delegate(stoppable, { crew: crew(), graceMs: 2000 }))
      .subscribe()
    await nonZero(words, 0)
    subscription.unsubscribe()
    await nonZero(words, 2)
    t.pass()
  })

  test.serial(`${name}: with a grace period of 0 nobody is asked`, async t => {
    const { boss, words, kinds } = await start('slowly', { graceMs: 0 })
    await boss.stopThemWorking()
    t.deepEqual(kinds, ['cancelled'])
    if (name === 'threads') t.is(words[2], 0)
  })
}
