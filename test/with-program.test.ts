/** A test that is left out says so, and under CI none is left out. */

import test from 'ava'

import { testWith } from './with-program.ts'

/** `work` with other variables of the environment, and what it wrote to stderr. */
function within<A>(
  env: Record<string, string>,
  work: () => A,
): { readonly answer: A; readonly printed: string } {
  const before = { env: process.env, write: process.stderr.write }
  let printed = ''
  process.env = { ...process.env, ...env }
  process.stderr.write = (text: string | Uint8Array) => {
    printed += text
    return true
  }
  try {
    return { answer: work(), printed }
  } finally {
    process.env = before.env
    process.stderr.write = before.write
  }
}

test.serial('where the program is missing, its tests are skipped and a notice says how to get it', t => {
  const { answer, printed } = within({ PATH: '', CI: '' }, () => testWith('redis-server'))
  t.is(answer, test.skip)
  t.is(printed, 'notice: redis-server not found, its tests are skipped (apt-get install redis-server)\n')
})

test.serial(
  'under CI nothing that is needed is skipped, so a program that could not be installed is a failure',
  t => {
    const { answer, printed } = within({ PATH: '', CI: 'true' }, () => testWith('redis-server'))
    t.is(answer, test)
    t.is(printed, '')
    t.is(within({ PATH: '', CI: 'true' }, () => testWith('fish')).answer, test.skip)
  },
)
