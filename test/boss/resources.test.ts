/** What a scheduler shares out reaches the work; what a rule cannot judge is said where it was given. */

import test from 'ava'
import { from, lastValueFrom, toArray } from 'rxjs'
import shell from '../../actors/shell.ts'
import { processes } from '../../src/entries/processes.ts'
import {
  Boss,
  delegate,
  exclusive,
  inline,
  maxThreads,
  resources,
  result,
  scheduler,
  threads,
} from '../../src/index.ts'
import granted from '../fixtures/granted.ts'
import square from '../fixtures/square.ts'

for (const [name, crew] of [
  ['inline', inline],
  ['threads', threads],
] as const) {
  test(`work is told which parts of a resource it has, and never shares one: ${name}`, async t => {
    const rules = scheduler(maxThreads(3), resources({ gpu: ['0', '1'] }))
    const given = Array.from({ length: 12 }, (_, n) => ({ n, needs: { gpu: n % 3 === 2 ? 0 : 1 } }))
    const results = await lastValueFrom(
      from(given).pipe(delegate(granted, { crew: crew({ size: 3 }), scheduler: rules }), result(), toArray()),
    )
    t.is(results.length, 12)
    t.is(results.filter(({ gpu }) => gpu.length === 1).length, 8)
    for (const part of ['0', '1']) {
      const holders = results.filter(({ gpu }) => gpu[0] === part).sort((a, b) => a.from - b.from)
      holders.forEach((one, i) => {
        if (i > 0) t.true(one.from >= (holders[i - 1]?.to ?? 0) - 1)
      })
    }
  })
}

for (const [name, crew] of [
  ['inline', inline],
  ['threads', threads],
  ['processes', processes],
] as const) {
  test(`work has what it was granted as environment variables, one of them as its user named it: ${name}`, async t => {
    const gpus = resources(
      { gpu: ['0', '1'], 'tape-drive': ['a'] },
      { variables: { gpu: 'CUDA_VISIBLE_DEVICES' } },
    )
    const given = [{ n: 1, needs: { gpu: 2, 'tape-drive': 1 } }, { n: 2, needs: { gpu: 1 } }, { n: 3 }]
    const results = await lastValueFrom(
      from(given).pipe(
        delegate(granted, { crew: crew({ size: 1 }), scheduler: scheduler(maxThreads(1), gpus) }),
        result(),
        toArray(),
      ),
    )
    t.deepEqual(
      results.map(({ environment }) => environment),
      [
        { RXBOSS_GPU: '0,1', CUDA_VISIBLE_DEVICES: '0,1', RXBOSS_TAPE_DRIVE: 'a' },
        { RXBOSS_GPU: '0', CUDA_VISIBLE_DEVICES: '0' },
        {},
      ],
    )
    // Only where the environment is the worker's own: here several share one.
    const inherited = name === 'processes' ? ['0,1', '0', undefined] : [undefined, undefined, undefined]
    t.deepEqual(
      results.map(one => one.inherited),
      inherited,
    )
  })
}

test('commands that `shell` starts have it in their environment', async t => {
  const gpus = resources({ gpu: ['7'] }, { variables: { gpu: 'CUDA_VISIBLE_DEVICES' } })
  const given = { command: 'echo "$RXBOSS_GPU $CUDA_VISIBLE_DEVICES"', shell: true, needs: { gpu: 1 } }
  const results = await lastValueFrom(
    from([given]).pipe(delegate(shell, { crew: threads({ size: 1 }), scheduler: gpus }), result(), toArray()),
  )
  t.is(String(results[0]?.stdout).trim(), '7 7')
})

test('a variable for what is not there, or without a name, is refused', t => {
  t.throws(() => resources({ gpu: 1 }, { variables: { tpu: 'X' } }), { message: /must be one of "gpu"/ })
  t.throws(() => resources({ gpu: 1 }, { variables: { gpu: '' } }), { message: /'variables.gpu' must be/ })
})

test('what needs more than there is is refused when given, with both figures', t => {
  const boss = new Boss({ workers: granted, crew: inline(), scheduler: resources({ gpu: 2 }) })
  t.throws(() => boss.give({ n: 1, needs: { gpu: 3 } }), {
    message: /it needs 3 of "gpu", and there are 2 in all/,
  })
})

test('`worker` names the definition where several would do; one that is not there is refused, with the closest', async t => {
  const boss = new Boss({ workers: [granted, square], crew: inline() })
  boss.give({ n: 3, worker: 'square' })
  const error = t.throws(() => boss.give({ n: 3, worker: 'sqare' }))
  t.regex(error?.message ?? '', /did you mean "square"/)
  boss.makeThemWork()
  const { reports } = await boss.waitTillFinished()
  t.like(reports[0], { worker: 'square', result: 9 })
})

test('a key that is undefined throws at `give`, errors `delegate`, and is a dead letter where a boss listens', async t => {
  const options = { crew: inline(), scheduler: exclusive(i => [(i as { typo?: number }).typo]) }
  const boss = new Boss({ workers: square, ...options })
  t.throws(() => boss.give({ n: 1 }), { instanceOf: TypeError, message: /key for exclusive is undefined/ })
  const letters: string[] = []
  boss.inspect$.subscribe(event => {
    if (event.type === 'actor.deadLetter') letters.push(String(event.why))
  })
  boss.makeThemWork()
  boss.listen([{ n: 1 }, { n: 2 }])
  await boss.waitTillFinished()
  t.is(letters.filter(why => /key for exclusive is undefined/.test(why)).length, 2, letters.join('; '))
  const error = await t.throwsAsync(lastValueFrom(from([{ n: 1 }]).pipe(delegate(square, options))))
  t.true(error instanceof TypeError)
})
