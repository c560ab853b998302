/** `rxboss run --queue` and `rxboss work`: the same worker file, on other machines. */

import ava from 'ava'

import { consumerProcess, hasRedis, redisServer, test, workerFile } from '../crew/queue/redis.ts'
import { rxboss } from './command.ts'

test('run --redis --queue --pack gives instructions to a queue, work does them, RXBOSS_REDIS says where', async t => {
  const redis = await redisServer({ password: 'sesame' })
  const consumer = consumerProcess([workerFile('older'), '--queue', 'cli', '-j', '1'], {
    env: { RXBOSS_REDIS: redis.url },
  })
  await consumer.until(/works on queue "cli"/)
  const input = Array.from({ length: 20 }, (_, n) => `${JSON.stringify({ n })}\n`).join('')
  const ended = await rxboss(
    ['run', workerFile('older'), '--redis', redis.url, '--queue', 'cli', '--pack', '5', '--keep-order'],
    { input },
  )
  t.is(ended.code, 0, ended.stderr)
  t.deepEqual(
    ended.reports.map(({ result }) => result),
    Array.from({ length: 20 }, (_, n) => n + n),
  )
  t.notRegex(ended.stderr + consumer.said(), /sesame/)
  t.is(await consumer.end('SIGTERM'), 0)
  await redis.end()
})

ava('a queue without a Redis is a mistake of usage, in run and in work', async t => {
  const env = { RXBOSS_REDIS: undefined }
  for (const args of [
    ['run', workerFile('older'), '--queue', 'cli'],
    ['work', workerFile('older')],
  ]) {
    const { code, stderr } = await rxboss(args, { env, input: '' })
    t.is(code, 255)
    t.regex(stderr, /--redis URL.*RXBOSS_REDIS/)
  }
})

if (!hasRedis) ava('there is no redis-server here', t => t.pass())
