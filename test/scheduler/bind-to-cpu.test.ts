import { spawnSync } from 'node:child_process'
import { Worker as Thread } from 'node:worker_threads'

import test from 'ava'

import { bindToCpu } from '../../src/scheduler/rules/bind-to-cpu.ts'
import { bindable } from '../../src/scheduler/rules/machine.ts'

const works = process.platform === 'linux' && spawnSync('taskset', ['--version']).error === undefined
const onLinux = works ? test : test.skip

/** Runs the hook in a thread of its own, and asks that thread for what it may run on. */
async function boundThread(ticket: number) {
  const [hook] = bindToCpu().hooks?.(ticket) ?? []
  const code = `
    const { parentPort, workerData } = require('node:worker_threads')
    const { readFileSync, readlinkSync } = require('node:fs')
    import(workerData.module).then(module => {
      module[workerData.export](workerData.argument)
      const status = readFileSync('/proc/self/task/' + readlinkSync('/proc/thread-self').split('/').pop() + '/status', 'utf8')
      parentPort.postMessage({
        allowed: /^Cpus_allowed_list:\\s*(\\S+)/m.exec(status)[1],
        binding: globalThis[Symbol.for('rxboss.binding')],
      })
    }).catch(error => parentPort.postMessage({ error: error.message }))`
  const thread = new Thread(code, { eval: true, workerData: hook })
  const answer = await new Promise<{ allowed?: string; binding?: number[]; error?: string }>(
    (resolve, reject) => {
      thread.once('message', resolve)
      thread.once('error', reject)
    },
  )
  await thread.terminate()
  return answer
}

onLinux('bindToCpu binds a thread to the CPU of its ticket, and the main thread stays free', async t => {
  const cpus = bindable()
  for (const ticket of [0, 1, cpus.length]) {
    const cpu = cpus[ticket % cpus.length] as number
    t.deepEqual(await boundThread(ticket), { allowed: `${cpu}`, binding: [cpu] })
  }
  t.deepEqual(bindable(), cpus)
})

onLinux('the hook of a CPU that does not exist fails, and says so', async t => {
  const { bind } = await import('../../src/scheduler/rules/bind-hook.ts')
  t.throws(() => bind(100_000), { message: /taskset/ })
})
