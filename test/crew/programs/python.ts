/** Programs in Python: where they lie, and tests that need Python, or say aloud that it is not there. */

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import ava, { type TestFn } from 'ava'
import { defineProgram } from '../../../src/entries/programs.ts'
import type { AnyWorker, Crew } from '../../../src/index.ts'

/** The program itself: what stands before it on PATH (pyenv) takes its time. */
const found = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' })
export const python = found.status === 0 ? found.stdout.trim() : 'python3'

/** A test that needs these programs; `CI=true` does without none of them. */
export function testWith(name: string, isThere: boolean): TestFn {
  if (isThere || process.env.CI === 'true') return ava.serial as TestFn
  ava(`tests with ${name} are skipped`, t => {
    console.error(`Skipped: ${name} is not on this machine`)
    t.pass()
  })
  return ava.skip as unknown as TestFn
}

export const test = testWith('python3', found.status === 0)

/** A command that starts a program of the tests. */
export const commandOf = (file: string): readonly string[] => [
  python,
  fileURLToPath(new URL(`../../../../test/crew/programs/python/${file}.py`, import.meta.url)),
]

/** The same crew for definitions in JavaScript: their namesakes in a program do the work. */
export function forNamesakes(crew: Crew): Crew {
  const namesake = ({ name, footprint }: AnyWorker) => ({ ...defineProgram({ name, attr: {} }), footprint })
  return {
    ...crew,
    check: definitions => crew.check(definitions.map(namesake)),
    open: terms => crew.open({ ...terms, definitions: terms.definitions.map(namesake) }),
  }
}
