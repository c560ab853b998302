/** Prints while it is imported. */

import { defineWorker } from 'rxboss/worker'

console.log('hello from the import')

export default defineWorker(import.meta, { name: 'chatty', work: () => 'done' })
