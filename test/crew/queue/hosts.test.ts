/** Several hosts: consumers in network namespaces of their own, and a link that is cut and healed. */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import ava from 'ava'
import { firstValueFrom } from 'rxjs'
import { filter } from 'rxjs/operators'

import { bullmq } from '../../../src/entries/bullmq.ts'
import { Boss, maxThreads } from '../../../src/index.ts'
import { consumerProcess, hasRedis, redisServer, test as serial, workerFile } from './redis.ts'
import * as tasks from './workers/tasks.ts'

const ip = (...args: string[]) => spawnSync('ip', args, { encoding: 'utf8' })
const id = process.pid % 10_000
const spaces = [`rxb${id}a`, `rxb${id}b`] as const
const links = [`rxa${id}`, `rxb${id}`] as const
const subnet = (i: number) => `10.${201 + (id % 40)}.${i}`

/** Two hosts, each with a link of its own to this one. False where this is not permitted. */
function buildHosts(): boolean {
  for (const [i, space] of spaces.entries()) {
    const link = links[i] as string
    const steps = [
      ['netns', 'add', space],
      ['link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space],
      ['addr', 'add', `${subnet(i)}.1/24`, 'dev', link],
      ['link', 'set', link, 'up'],
      ['-n', space, 'addr', 'add', `${subnet(i)}.2/24`, 'dev', 'eth0'],
      ['-n', space, 'link', 'set', 'eth0', 'up'],
      ['-n', space, 'link', 'set', 'lo', 'up'],
    ]
    if (steps.some(step => ip(...step).status !== 0)) return false
  }
  return true
}

const dropHosts = () => {
  for (const [i, space] of spaces.entries()) {
    ip('netns', 'del', space)
    ip('link', 'del', links[i] as string)
  }
}

const permitted = hasRedis && buildHosts()
if (!permitted) {
  dropHosts()
  process.stderr.write(
    'notice: no network namespaces here, the test of several hosts is skipped (needs root and ip)\n',
  )
}
ava.after.always(dropHosts)
const test = (permitted ? serial : ava.skip) as typeof serial

test('several hosts: the link to one is cut at work; the other goes on, takes over, and both work once it is healed', async t => {
  const redis = await redisServer({ bind: '0.0.0.0' })
  const directory = mkdtempSync(join(tmpdir(), 'rxboss-hosts-'))
  const [log, gate] = [join(directory, 'log'), join(directory, 'gate')]
  const consumers = spaces.map((space, i) =>
    consumerProcess(
      [
        workerFile('tasks'),
        '--redis',
        `redis://${subnet(i)}.1:${redis.port}`,
        '--queue',
        'hosts',
        '-j',
        '1',
        '--lock',
        '2s',
      ],
      { before: ['ip', 'netns', 'exec', space] },
    ),
  )
  await Promise.all(consumers.map(one => one.until(/works on queue/)))
  const boss = new Boss<typeof tasks.gated>({
    workers: tasks.gated,
    retries: 1,
    backoff: () => 0,
    scheduler: maxThreads(2),
    output: 'inspect',
    crew: bullmq({ connection: redis.url, queue: 'hosts' }),
  })
  boss.makeThemWork()
  const begun = (number: number, attempt: number) =>
    firstValueFrom(
      boss.reports$.pipe(
        filter(report => report.kind === 'interim' && report.id === number && report.attempt === attempt),
      ),
    )
  const both = Promise.all([begun(0, 1), begun(1, 1)])
  const others = [join(directory, 'gate-0'), gate]
  for (const one of others) boss.give({ log, gate: one })
  await both
  // The host of the first instruction is cut off; the other one then is free, and takes it over.
  const pidOf = (number: number) =>
    Number(
      readFileSync(log, 'utf8')
        .split('\n')
        .find(line => line.startsWith(`${number}.1 `))
        ?.split(' ')[1],
    )
  const cut = consumers.findIndex(one => one.process.pid === pidOf(0))
  t.true(cut === 0 || cut === 1)
  ip('link', 'set', links[cut] as string, 'down')
  writeFileSync(gate, '')
  await begun(0, 2)
  ip('link', 'set', links[cut] as string, 'up')
  // What the cut-off host goes on with is fenced: it is stopped there once it is heard of, and counts for nothing.
  await consumers[cut]?.until(/lost the lock/)
  writeFileSync(others[0] as string, '')
  boss.give({ log, gate })
  boss.give({ log, gate })
  boss.end()
  const { counts, reports } = await boss.waitTillFinished()
  t.is(counts.done, 4)
  t.like(
    reports.find(report => report.id === 0),
    { kind: 'done', attempt: 2 },
  )
  t.is(new Set(reports.map(report => report.id)).size, 4)
  t.true(existsSync(log))
  await boss[Symbol.asyncDispose]()
  for (const one of consumers) await one.end()
  await redis.end()
})
