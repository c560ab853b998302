/** Where a worker file lies, and what it exports, in every module system. */

import { pathToFileURL } from 'node:url'

import test from 'ava'
import fc from 'fast-check'

import { defineWorker } from '../../src/worker/define-worker.ts'
import { definitionsIn } from '../../src/worker/definitions-in.ts'
import { moduleUrl } from '../../src/worker/module-url.ts'

const a = defineWorker(import.meta, { name: 'a', work: () => 1 })
const b = defineWorker(import.meta, { name: 'b', work: () => 2 })

test('a file says where it lies by import.meta, module, __filename or a URL', t => {
  t.is(moduleUrl(import.meta), import.meta.url)
  t.is(moduleUrl({ filename: '/x/y.js' }), 'file:///x/y.js')
  t.is(moduleUrl('/x/y.js'), 'file:///x/y.js')
  t.is(moduleUrl('C:\\x\\y.js'), 'file:///C:/x/y.js')
  t.is(moduleUrl('file:///x/y.js'), 'file:///x/y.js')
  t.is(moduleUrl('https://x.org/y.js'), 'https://x.org/y.js')
})

test('a path becomes the URL that Node makes of it, whatever characters are in it', t => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter(text => !/[/\0]/.test(text) && !/^\.+$/.test(text))
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), names => {
      const path = `/${names.join('/')}`
      t.is(decodeURI(moduleUrl(path) ?? ''), decodeURI(pathToFileURL(path).href))
    }),
    { numRuns: 300 },
  )
})

for (const [what, self] of [
  ['an import.meta that a bundler has emptied', {}],
  ['nothing', undefined],
  ['a relative path', './worker.js'],
] as const)
  test(`${what} is refused, and the error says what to give`, t => {
    t.throws(() => defineWorker(self as never, { name: 'a', work: () => 1 }), {
      instanceOf: TypeError,
      message: /'import\.meta', or 'module' or '__filename' in CommonJS.*bundler/,
    })
  })

for (const [what, module] of Object.entries({
  'an ES module': { default: a, other: b },
  'module.exports, a definition': { default: a, b },
  'exports with names': { default: { a, b } },
  'exports with names, which Node has found as well': { default: { a, b }, a, b },
  'CommonJS that a compiler made': { default: { __esModule: true, default: a, b }, __esModule: true },
  'CommonJS that a bundler wrapped twice': { default: { default: { __esModule: true, default: a, b } } },
  'a list': { default: [a, b] },
}))
  test(`definitions are found in ${what}, the default one first`, t => {
    t.deepEqual(
      definitionsIn(module).map(({ name }) => name),
      ['a', 'b'],
    )
  })

test('nothing is found where nothing is', t => {
  const circle: Record<string, unknown> = {}
  circle.self = circle
  t.deepEqual(definitionsIn({ default: circle, n: 1, none: null }), [])
})
