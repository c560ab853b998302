/** Throws before it ends its boss. */

import { server } from '../server.ts'

const boss = server({}, { sleepingTime: [60, 60], succeed: [true, true] })
boss.inspect$.subscribe(({ type }: { type: string }) => {
  if (type !== 'worker.ready') return
  console.log('asleep')
  throw new Error('the program fails')
})
await boss.waitTillFinished()
