/** The tasks of the lane benchmark, as a worker file and for raw threads. */

export const cpu = n => {
  let x = 12345
  for (let i = 0; i < n; i++) {
    x = (Math.imul(x, 1103515245) + 12345) & 0x7fffffff
    x ^= x >>> 7
  }
  return x
}

export const noop = n => n + 1

export const echo = value => {
  value.seen = true
  return value
}

export const buf = buffer => {
  const bytes = new Uint8Array(buffer)
  bytes[0]++
  return buffer
}
