/** Waits for ever, or until it is asked to stop: then it cleans up. */

import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'patient',
  work: (_, { signal }) =>
    new Promise((_resolve, reject) => {
      const keepAlive = setInterval(() => {}, 1000)
      signal.addEventListener('abort', () => {
        clearInterval(keepAlive)
        reject(signal.reason)
      })
    }),
})
