/** The tasks as workers of rxboss, each with a footprint. Whoever exports them says where they are, by his `import.meta`. */

import * as t from 'io-ts'

import * as tasks from '../tasks.mjs'

const ArrayBufferCodec = new t.Type(
  'ArrayBuffer',
  value => value instanceof ArrayBuffer,
  (value, context) => (value instanceof ArrayBuffer ? t.success(value) : t.failure(value, context)),
  t.identity,
)

export const definitions = ({ defineWorker, transfer }, meta) => ({
  noop: defineWorker(meta, { name: 'noop', attr: { n: t.number }, work: ({ n }) => tasks.noop(n) }),
  echo: defineWorker(meta, {
    name: 'echo',
    attr: { value: t.UnknownRecord },
    work: ({ value }) => tasks.echo(value),
  }),
  buf: defineWorker(meta, {
    name: 'buf',
    attr: { buffer: ArrayBufferCodec },
    work: ({ buffer }) => transfer(tasks.buf(buffer), [buffer]),
  }),
  cpu: defineWorker(meta, { name: 'cpu', attr: { n: t.number }, work: ({ n }) => tasks.cpu(n) }),
  talk: defineWorker(meta, {
    name: 'talk',
    attr: { how: t.string, size: t.number },
    work: instruction => tasks.talk(instruction),
  }),
  fatal: defineWorker(meta, { name: 'fatal', attr: { n: t.number }, work: ({ n }) => tasks.fatal(n) }),
})
