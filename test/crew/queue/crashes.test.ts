/** The crash suite across a queue: the work runs in a consumer that is another process, and dies in all the same ways. */

import ava from 'ava'

import { bullmq, type Consumer, consume } from '../../../src/entries/bullmq.ts'
import { threads } from '../../../src/index.ts'
import { survivesCrashes } from '../../boss/crash-suite.ts'
import misbehave from '../../fixtures/misbehave.ts'
import { type ConsumerProcess, hasRedis, type Redis, redisServer, startConsumer, test } from './redis.ts'

let redis: Redis
let consumer: ConsumerProcess
let small: Consumer
if (hasRedis) {
  ava.before(async () => {
    redis = await redisServer()
    consumer = await startConsumer(redis, 'crashes', { workers: ['../../../fixtures/misbehave'] })
    small = await consume({
      workers: misbehave,
      connection: redis.url,
      queue: 'small',
      jobs: 1,
      crew: threads({ resourceLimits: { maxOldGenerationSizeMb: 32 } }),
    })
  })
  ava.after.always(async () => {
    await small?.close(0)
    await consumer?.end()
    await redis?.end()
  })
}

const theirs =
  'the consumer decides: it has imported its files before it takes jobs, and its threads are its own'

survivesCrashes('bullmq', {
  test,
  make: () => bullmq({ connection: redis.url, queue: 'crashes' }),
  small: () => bullmq({ connection: redis.url, queue: 'small' }),
  skipped: [
    [/throws on import/, theirs],
    [/blocks while it is imported/, theirs],
    [/recycled after each/, theirs],
  ],
})
