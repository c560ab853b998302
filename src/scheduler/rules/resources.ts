/**
 * Named resources of which there are so many: GPUs, licences, connections. An instruction says what it `needs`, and where the
 * parts have names its work is told which it has (`task.resources`).
 */

import { aRecord, aText, checking, oneOfThese, type Rule } from '../../words/check.ts'
import type { AnyScheduler } from '../scheduler.ts'

/** How much there is of each: a number, or the names of the parts. */
export type Supplies = Readonly<Record<string, number | readonly string[]>>

/** What {@link resources} may be told besides. */
export interface ResourceOptions {
  /** An environment variable for each supply that should have one, as in `{ gpu: 'CUDA_VISIBLE_DEVICES' }`. */
  readonly variables?: Readonly<Record<string, string>>
}

/**
 * What runs never needs more than there is. What needs more than there is in all, or something that is not here, is refused
 * when it is given. An instruction without `needs` is not held up.
 *
 * @throws {TypeError} when a supply is neither a number of at least 0 nor a list of different names
 *
 * @example
 * const boss = new Boss({ workers: [train], scheduler: scheduler(maxThreads(8), resources({ gpu: ['0', '1'], licence: 3 })) })
 * boss.give({ model: 'small', needs: { gpu: 1 } }) // RXBOSS_GPU is 0 or 1 for what it starts, and task.resources.gpu is ['0'] or ['1']
 */
export function resources(supplies: Supplies, { variables = {} }: ResourceOptions = {}): AnyScheduler {
  const check = checking('share out resources')
  check('supplies', supplies, aRecordOfSupplies)
  const own: Record<string, number | readonly string[]> = {}
  for (const [name, supply] of Object.entries(supplies)) {
    check(name, supply, aSupply)
    own[name] = typeof supply === 'number' ? supply : [...supply]
  }
  check('variables', variables, aRecord)
  for (const [name, variable] of Object.entries(variables)) {
    check(`variables.${name}`, variable, aText)
    check('variables', name, oneOfThese(...Object.keys(own)))
  }
  return {
    name: 'resources',
    concurrency: Infinity,
    needs: ({ instruction: { needs } }) => needs ?? {},
    supplies: own,
    variables,
  }
}

const aRecordOfSupplies: Rule = {
  says: 'a record of at least one resource',
  holds: value => typeof value === 'object' && value !== null && Object.keys(value).length > 0,
}

const aSupply: Rule = {
  says: 'a number of at least 0, or a list of different names',
  holds: value =>
    Array.isArray(value)
      ? value.every(name => typeof name === 'string' && name !== '') && new Set(value).size === value.length
      : typeof value === 'number' && value >= 0,
}
