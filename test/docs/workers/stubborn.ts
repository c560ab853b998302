/** A busy loop that hears nothing. */

import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'stubborn',
  work: () => {
    for (;;);
  },
})
