/**
 * Limit B: up to 256 values in each message, two messages under way for each worker. What is given in one turn goes
 * out at its end, in equal shares.
 */

import { Worker } from 'node:worker_threads'

const mostInMessage = 256
const mostUnderWay = 2

export default {
  name: 'raw-b',
  label: 'B: messages of up to 256',
  kind: 'limit',
  open: ({ task, size }) => {
    const pool = { receive: undefined, fail: undefined, give: undefined }
    const moves = task === 'buf'
    let waiting = []
    let head = 0
    let soon = false
    const seats = Array.from({ length: size }, () => {
      const worker = new Worker(new URL('../workers/raw-batch.mjs', import.meta.url), {
        workerData: { task },
      })
      const seat = { worker, underWay: 0 }
      worker.on('message', results => {
        seat.underWay--
        if (head < waiting.length) send()
        for (let i = 0; i < results.length; i++) pool.receive(results[i])
      })
      return seat
    })

    function send() {
      soon = false
      for (;;) {
        const free = seats.reduce((sum, { underWay }) => sum + mostUnderWay - underWay, 0)
        const left = waiting.length - head
        if (free === 0 || left === 0) break
        const seat = seats.reduce((best, one) => (one.underWay < best.underWay ? one : best))
        const end = head + Math.min(mostInMessage, Math.ceil(left / free))
        const values = waiting.slice(head, end)
        head = end
        seat.underWay++
        seat.worker.postMessage(values, moves ? values : undefined)
      }
      if (head < waiting.length && head <= 65_536) return
      waiting = waiting.slice(head)
      head = 0
    }

    pool.give = value => {
      waiting.push(value)
      if (soon) return
      soon = true
      queueMicrotask(send)
    }
    return pool
  },
}
