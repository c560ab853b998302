import { pathToFileURL } from 'node:url'

import test from 'ava'

import call from '../../actors/call.ts'
import { decode, perform } from './perform.ts'
import { scratch } from './scratch.ts'

const math = `
  export default (...numbers) => numbers.reduce((a, b) => a + b, 0)
  export const describe = async value => typeof value
  export const failing = () => { throw new RangeError('too far') }
  export const answer = 42
`

test('the default export is called with the arguments', async t => {
  const module = scratch(t).file('math.mjs', math)
  t.is(await perform(call, { module, args: [1, 2, 3] }), 6)
  t.is(await perform(call, { module }), 0)
})

test('a named export is called, and what it promises is the result', async t => {
  const module = scratch(t).file('math.mjs', math)
  t.is(await perform(call, { module, export: 'describe', args: [[]] }), 'object')
})

test('arg is a single argument, falsy ones too', async t => {
  const module = scratch(t).file('math.mjs', math)
  t.is(await perform(call, { module, export: 'describe', arg: 'x' }), 'string')
  t.is(await perform(call, { module, export: 'describe', arg: false }), 'boolean')
  t.is(await perform(call, { module, export: 'describe', arg: null }), 'object')
})

test('args and arg together are refused before any work', t => {
  t.throws(() => decode(call, { module: 'x', args: [1], arg: 2 }), { message: /'args' or 'arg', got both/ })
})

test.serial('paths are resolved from the working directory, with or without a dot', async t => {
  const { folder, file } = scratch(t)
  file('math.mjs', math)
  const before = process.cwd()
  process.chdir(folder)
  t.teardown(() => process.chdir(before))
  t.is(await perform(call, { module: './math.mjs', args: [1] }), 1)
  t.is(await perform(call, { module: 'math.mjs', args: [2] }), 2)
})

test('URLs, modules of Node and packages are modules too', async t => {
  const module = scratch(t).file('math.mjs', math)
  t.is(await perform(call, { module: pathToFileURL(module).href, args: [4] }), 4)
  t.is(await perform(call, { module: 'node:path', export: 'basename', arg: 'a/b' }), 'b')
  t.is(await perform(call, { module: 'fp-ts/lib/function.js', export: 'identity', arg: 7 }), 7)
})

test('an export that is no function is an error naming those that are', async t => {
  const module = scratch(t).file('math.mjs', math)
  const message = /"answer".*default, describe, failing/
  await t.throwsAsync(perform(call, { module, export: 'answer' }), { instanceOf: TypeError, message })
})

test('what the function throws is what it throws', async t => {
  const module = scratch(t).file('math.mjs', math)
  await t.throwsAsync(perform(call, { module, export: 'failing' }), {
    instanceOf: RangeError,
    message: 'too far',
  })
})

test('a module that is not there is an error naming it', async t => {
  await t.throwsAsync(perform(call, { module: './nowhere.mjs' }), {
    code: 'ERR_MODULE_NOT_FOUND',
    message: /nowhere/,
  })
  await t.throwsAsync(perform(call, { module: 'no-such-package' }), { message: /no-such-package/ })
})
