/** SIGKILL at hundreds of random bytes: nothing is lost, nothing that is done is done again, what may run twice is known. */

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import ava from 'ava'

const test = ava.serial

const program = fileURLToPath(new URL('programs/square-run.js', import.meta.url))
/** Kills in all, in runs of so many instructions each. */
const kills = Number(process.env.KILLS ?? 200)
const count = 60

const folder = mkdtempSync(join(tmpdir(), 'rxboss-kill-'))
test.after.always(() => rmSync(folder, { recursive: true }))

/** One life, which ends after so many bytes. @returns whether it came to its end */
function live(journal: string, effects: string, bytes: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, journal, effects, String(count), String(bytes)])
    let stderr = ''
    child.stderr.on('data', chunk => {
      stderr += chunk
    })
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(false)
      else if (code === 0) resolve(true)
      else reject(new Error(`exit code ${code}: ${stderr}`))
    })
  })
}

const linesOf = (path: string) => readFileSync(path, 'utf8').split('\n').slice(0, -1)

interface Line {
  readonly t?: 'start' | 'end'
  readonly key?: string
  readonly attempt?: number
}

test(`a journalled run that is killed at ${kills} random bytes resumes with nothing lost and nothing settled twice (1.32)`, async t => {
  t.timeout(180_000, 'a run did not come to its end')
  let killed = 0
  const runs = async (lane: number) => {
    for (let run = 0; killed < kills; run++) {
      const journal = join(folder, `${lane}-${run}.journal`)
      const effects = join(folder, `${lane}-${run}.effects`)
      // A life writes some 300 bytes for each instruction.
      while (!(await live(journal, effects, 1 + Math.floor(Math.random() * 4000)))) killed++

      const lines = linesOf(journal).map(line => JSON.parse(line) as Line)
      const ends = lines.filter(line => line.t === 'end').map(({ key }) => key)
      t.is(ends.length, count, 'each is settled once')
      t.is(new Set(ends).size, count)
      const starts = lines.filter(line => line.t === 'start')
      // Every run of the work was announced, and work that is done was done for the last time.
      t.true(linesOf(effects).length <= starts.length)
      t.is(new Set(linesOf(effects)).size, count)
      for (const [at, { t: kind, key }] of lines.entries()) {
        if (kind !== 'end') continue
        t.false(lines.slice(at + 1).some(later => later.t === 'start' && later.key === key))
      }
    }
  }
  await Promise.all([runs(0), runs(1)])
  t.true(killed >= kills)
})
