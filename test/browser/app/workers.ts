/** What the page's workers can do. */

import { failure, number, string, success, Type } from 'io-ts'
import { defineWorker, transfer } from 'rxboss/worker'

const Bytes = new Type<Uint8Array>(
  'Uint8Array',
  (value): value is Uint8Array => value instanceof Uint8Array,
  (value, context) => (value instanceof Uint8Array ? success(value) : failure(value, context)),
  value => value,
)

export const square = defineWorker(import.meta, {
  name: 'square',
  attr: { n: number },
  work: ({ n }) => n * n,
})

/** Reports each step, then does what it is named for. */
export const act = defineWorker(import.meta, {
  name: 'act',
  attr: { what: string, ms: { type: number, optional: true, default: 0 } },
  work: async ({ what, ms }, task) => {
    const end = performance.now() + ms
    switch (what) {
      case 'count':
        for (let i = 0; i < 3; i++) task.report(i)
        return 'counted'
      case 'throw':
        throw new RangeError('it does not fit')
      case 'spin':
        while (performance.now() < end);
        return 'spun'
      case 'wait':
        await new Promise<void>((resolve, reject) => {
          task.signal.addEventListener('abort', () => reject(task.signal.reason), { once: true })
          setTimeout(resolve, ms)
        })
        return 'waited'
      case 'close':
        self.close()
        return new Promise(() => {})
      case 'later':
        setTimeout(() => {
          throw new TypeError('thrown later')
        })
        return new Promise(() => {})
      case 'reject':
        void Promise.reject(new TypeError('rejected later'))
        return new Promise(() => {})
      case 'function':
        return () => 1
      default:
        return what
    }
  },
})

/** A bitmap comes back by move. */
export const paint = defineWorker(import.meta, {
  name: 'paint',
  attr: { size: number },
  work: ({ size }) => {
    const canvas = new OffscreenCanvas(size, size)
    const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D
    context.fillStyle = 'rgb(200 0 0)'
    context.fillRect(0, 0, size, size)
    const bitmap = canvas.transferToImageBitmap()
    return transfer(bitmap, [bitmap])
  },
})

/** Bytes go there and back by move. */
export const negative = defineWorker(import.meta, {
  name: 'negative',
  attr: { bytes: Bytes },
  work: ({ bytes }) => {
    for (let i = 0; i < bytes.length; i++) bytes[i] = 255 - (bytes[i] as number)
    return transfer(bytes, [bytes.buffer])
  },
})
