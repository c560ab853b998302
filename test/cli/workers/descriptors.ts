/** Uses the standard streams of its process in every way that Node has. Instruction: `{ n, how }`. */

import { execFileSync, execSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { writeFile } from 'node:fs/promises'

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

const script = 'cat; echo from-a-child'

const ways: Readonly<Record<string, () => unknown>> = {
  'execFileSync, inherited': () => execFileSync('sh', ['-c', script], { stdio: 'inherit' }),
  'execFileSync, stdin inherited': () =>
    String(execFileSync('cat', { stdio: ['inherit', 'pipe', 'inherit'] })),
  'execSync, by number': () => execSync(script, { stdio: [0, 1, 2] }),
  'spawnSync, inherited': () => spawnSync('sh', ['-c', script], { stdio: 'inherit' }).status,
  'spawn, inherited': () => once(spawn('sh', ['-c', script], { stdio: 'inherit' }), 'close'),
  'spawn, by number': () => once(spawn('sh', ['-c', script], { stdio: [0, 1, 1] }), 'close'),
  'readFileSync(0)': () => fs.readFileSync(0, 'utf8'),
  "readFileSync('/dev/stdin')": () => fs.readFileSync('/dev/stdin', 'utf8'),
  'process.stdin': () => process.stdin.readableEnded || once(process.stdin.resume(), 'end'),
  'writeSync(1)': () => fs.writeSync(1, 'straight out'),
  'write(1)': () => new Promise(resolve => fs.write(1, 'straight out', resolve)),
  "appendFileSync('/dev/stdout')": () => fs.appendFileSync('/dev/stdout', 'straight out'),
  "writeFile('/dev/stdout')": () => writeFile('/dev/stdout', 'straight out'),
  'createWriteStream on 1': () => once(fs.createWriteStream('', { fd: 1 }).end('straight out'), 'finish'),
  'closeSync(1)': () => {
    fs.closeSync(0)
    fs.closeSync(1)
  },
  'console.log': () => console.log('straight out'),
}

/** Those that leave a process of its own with the streams that it needs. */
export const waysOfUse = (crew: string): readonly string[] =>
  Object.keys(ways).filter(way => crew !== 'processes' || !/close|createWriteStream|dev/.test(way))

export default defineWorker(import.meta, {
  name: 'descriptors',
  attr: { n: t.number, how: t.string },
  work: async ({ n, how }) => {
    await ways[how]?.()
    return n
  },
})
