/** Answers with a function, throws an error that holds one, throws a class that cannot be rebuilt, exits, or answers. */

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

class Stubborn extends Error {
  override readonly name = 'Stubborn'

  constructor(first: { deep: string }) {
    super(first.deep.toUpperCase())
  }
}

export default defineWorker(import.meta, {
  name: 'bad-answers',
  attr: {
    how: t.keyof({
      function: null,
      holding: null,
      class: null,
      exit0: null,
      exit1: null,
      exit3: null,
      fine: null,
    }),
  },
  work: async ({ how }): Promise<unknown> => {
    switch (how) {
      case 'function':
        return () => 1
      case 'holding':
        throw Object.assign(new Error('holds a function'), { held: () => 1 })
      case 'class':
        throw new Stubborn({ deep: 'cannot be rebuilt' })
      case 'exit0':
        return process.exit(0)
      case 'exit1':
        return process.exit(1)
      case 'exit3':
        return process.exit(3)
      case 'fine':
        return 'fine'
      default:
        return how satisfies never
    }
  },
})
