/** Limit A: `postMessage` for each value, at most 256 unanswered for each worker. No errors, no cancelling, no accounts. */

import { Worker } from 'node:worker_threads'

const mostUnanswered = 256

export default {
  name: 'raw-a',
  label: 'A: a message each',
  kind: 'limit',
  open: ({ task, size }) => {
    const pool = { receive: undefined, fail: undefined, give: undefined }
    const moves = task === 'buf'
    let waiting = []
    let head = 0
    const seats = Array.from({ length: size }, () => {
      const worker = new Worker(new URL('../workers/raw.mjs', import.meta.url), { workerData: { task } })
      const seat = { worker, unanswered: 0 }
      worker.on('message', result => {
        seat.unanswered--
        if (head < waiting.length) send(seat, next())
        pool.receive(result)
      })
      return seat
    })

    function next() {
      const value = waiting[head++]
      if (head === waiting.length || head > 65_536) {
        waiting = waiting.slice(head)
        head = 0
      }
      return value
    }

    function send(seat, value) {
      seat.unanswered++
      if (moves) seat.worker.postMessage(value, [value])
      else seat.worker.postMessage(value)
    }

    pool.give = value => {
      const seat = seats.reduce((best, one) => (one.unanswered < best.unanswered ? one : best))
      if (seat.unanswered < mostUnanswered) send(seat, value)
      else waiting.push(value)
    }
    return pool
  },
}
