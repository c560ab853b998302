/** Two workers that sleep for a minute; says so once they do. */

import { server } from '../server.ts'

const boss = server({}, { sleepingTime: [60, 60], succeed: [true, true] })
let ready = 0
boss.inspect$.subscribe(({ type }: { type: string }) => {
  if (type === 'worker.ready' && ++ready === 2) console.log('asleep')
})
await boss.waitTillFinished()
