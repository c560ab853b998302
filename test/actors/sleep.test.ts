import test from 'ava'

import sleep from '../../actors/sleep.ts'
import { decode, perform } from './perform.ts'

test('it says Hello ! and how long it slept', async t => {
  t.regex(await perform(sleep, { sleepingTime: 0.001 }), /^Hello ! It is .*Z, after 0.001 s of sleep\.$/)
})

test('it says what it was told to say, and where it is pinned', async t => {
  const given = { sleepingTime: 0, wakeupSentence: 'Good morning.' }
  t.regex(await perform(sleep, given, { binding: () => [1] }), /^Good morning\. .* on CPU 1\.$/)
})

test('it is woken by an abort', async t => {
  const control = new AbortController()
  const asleep = perform(sleep, { sleepingTime: 60 }, { signal: control.signal })
  control.abort()
  await t.throwsAsync(asleep, { name: 'AbortError' })
})

for (const sleepingTime of [-1, Number.NaN, Infinity, 3e6]) {
  test(`${sleepingTime} is no time to sleep, and is refused before any work`, t => {
    t.throws(() => decode(sleep, { sleepingTime }), { message: /sleepingTime: expected/ })
  })
}
