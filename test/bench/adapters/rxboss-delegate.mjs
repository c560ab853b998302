/** `pull(generator) | delegate`: rxboss decides how much is under way. */

import { resultOf, rxboss } from './rxboss.mjs'

export default {
  name: 'rxboss-delegate',
  label: 'rxboss, delegate',
  kind: 'rxboss',
  only: ['a1', 'b', 'c', 'e', 'h'],
  open: async ({ task, size }) => {
    const { delegate, pull, maxThreads, worker, instructionOf } = await rxboss(task)
    return {
      stream: (values, { receive }) =>
        new Promise((complete, error) => {
          pull(instructions(values, instructionOf))
            .pipe(delegate(worker, { scheduler: maxThreads(size) }))
            .subscribe({ next: report => receive(resultOf(report)), error, complete })
        }),
    }
  },
}

function* instructions(values, instructionOf) {
  for (const value of values) yield instructionOf(value)
}
