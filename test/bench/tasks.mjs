/** The work that every library is given: the same four functions for all. */

/** As little as can be done. */
export const noop = n => n + 1

/** An object there, the same object back. */
export const echo = value => {
  value.seen = true
  return value
}

/** A buffer there and back. */
export const buf = buffer => {
  new Uint8Array(buffer)[0]++
  return buffer
}

/** Time, and nothing else: no memory, no branches that depend on anything. */
export const cpu = n => {
  let x = 12345
  for (let i = 0; i < n; i++) {
    x = (Math.imul(x, 1103515245) + 12345) & 0x7fffffff
    x ^= x >>> 7
  }
  return x
}

/** The same work; a negative one ends its thread. */
export const fatal = n => (n < 0 ? process.exit(1) : cpu(n))

/** Says as much as it can: a generator of numbers or texts, lines on stdout, or one answer. */
export const talk = ({ how, size }) => {
  const text = 'x'.repeat(size)
  if (how === 'answer') return size
  return how === 'print' ? prints(text) : notes(size, text)
}

async function* notes(size, text) {
  for (let i = 0; ; i++) yield size === 0 ? i : text
}

async function prints(text) {
  for (;;) {
    for (let i = 0; i < 100; i++) console.log(text)
    await new Promise(resolve => setImmediate(resolve))
  }
}
