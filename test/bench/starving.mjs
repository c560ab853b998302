/**
 * Starving: how late a timer of this thread is while two workers say as much as they can, to a subscriber that takes 20 us.
 */

const size = 2
const everyMs = 10
const subscriberMs = 0.02

const said = {
  notes: { what: 'numbers that they yield', how: 'yield', size: 0 },
  '64k': { what: 'texts of 64 kB that they yield', how: 'yield', size: 64_000 },
  prints: { what: 'lines that they print', how: 'print', size: 80 },
  answers: { what: 'results', how: 'answer', size: 0 },
}

export const starve = Object.fromEntries(
  Object.entries(said).map(([id, { what, ...instruction }]) => [
    `starve-${id}`,
    {
      title: `how late a timer of 10 ms is, for ${what} (p99.9)`,
      unit: 'ms',
      adapters: ['rxboss-talk'],
      run: (adapter, { quick }) => hears(adapter, instruction, quick ? 1000 : 10_000),
    },
  ]),
)

async function hears(adapter, instruction, forMs) {
  const { boss } = await adapter.open({ size })
  let heard = 0
  const take = () => {
    heard++
    const end = performance.now() + subscriberMs
    while (performance.now() < end);
  }
  if (instruction.how === 'print') boss.notices$.subscribe(event => event.type === 'worker.log' && take())
  else boss.reports$.subscribe(take)
  const leave = boss.listen(again(instruction, instruction.how === 'answer' ? Infinity : size))
  await new Promise(resolve => setTimeout(resolve, 500))
  const before = process.memoryUsage().rss
  const late = await lateness(forMs)
  const riseMB = (process.memoryUsage().rss - before) / 2 ** 20
  leave.unsubscribe()
  await boss.stopThemWorking()
  if (heard < 100) throw new Error(`only ${heard} were heard`)
  const at = part => late[Math.min(late.length - 1, Math.floor(late.length * part))]
  return { value: at(0.999), p50: at(0.5), p99: at(0.99), heard, riseMB, n: late.length }
}

/** How many milliseconds after its time each tick came, the least first. */
function lateness(forMs) {
  const late = []
  const start = performance.now()
  let due = start + everyMs
  return new Promise(resolve => {
    const tick = () => {
      const now = performance.now()
      late.push(Math.max(0, now - due))
      if (now - start >= forMs) return resolve(late.sort((a, b) => a - b))
      due = now + everyMs
      setTimeout(tick, everyMs)
    }
    setTimeout(tick, everyMs)
  })
}

function* again(instruction, times) {
  for (let i = 0; i < times; i++) yield instruction
}
