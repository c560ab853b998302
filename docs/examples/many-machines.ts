/**
 * The same workers on other machines. Needs a Redis, and any number of consumers:
 *
 *     redis-server --maxmemory-policy noeviction
 *     npx rxboss work dist/docs/examples/fingerprint.js --redis redis://127.0.0.1 --queue prints -j 4
 *     REDIS_URL=redis://127.0.0.1 npm run example many-machines
 */

import { Boss, maxThreads } from 'rxboss'
import { bullmq } from 'rxboss/bullmq'

import fingerprint from './fingerprint.ts'

const connection = process.env.REDIS_URL
if (connection === undefined) {
  console.log('Say where Redis is: REDIS_URL=redis://127.0.0.1 npm run example many-machines')
} else {
  await using boss = new Boss({
    workers: fingerprint,
    crew: bullmq({ connection, queue: 'prints' }), // the one option that changes
    scheduler: maxThreads(64),
    retries: 1, // a machine may die: another one does it
  })
  boss.reports$.subscribe(report => console.log(report.kind, report.kind === 'done' ? report.result : ''))
  for (let n = 0; n < 100; n++) boss.give({ bytes: new Uint8Array(1000).fill(n) })
  boss.makeThemWork()
  boss.end()
  const { counts } = await boss.waitTillFinished()
  console.log(`${counts.done} done`)
}
