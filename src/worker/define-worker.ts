/** `defineWorker`: makes a worker definition of a name, a footprint and a function. */

import { compileFootprint } from '../footprint/compile-footprint.ts'
import type { Attributes, Footprint, GivenOf } from '../footprint/footprint.ts'
import { compileGuards } from '../footprint/guards.ts'
import { closest } from '../words/did-you-mean.ts'
import { baseAttributeNames } from '../words/instruction.ts'
import { showValue } from '../words/show-value.ts'
import { type ModuleSelf, moduleUrl } from './module-url.ts'
import type { OutcomeOf, WorkerDefinition, WorkerSpec } from './worker.ts'

/**
 * Defines a worker. The file is imported twice: here, for the footprint, and in each thread, for the work; so it should
 * do nothing else when it is imported.
 *
 * @param self  `import.meta` of the file (in CommonJS `module` or `__filename`), which tells the threads where to import it from
 * @param spec  `name`, `attr` and `work` at least
 * @throws {TypeError} at once, when the specification cannot be right
 *
 * @example
 * export default defineWorker(import.meta, {
 *   name: 'square',
 *   attr: { n: t.number },
 *   work: ({ n }) => n * n,
 * })
 */
export function defineWorker<
  const A extends Attributes = Record<never, never>,
  R = unknown,
  Local = undefined,
>(self: ModuleSelf, spec: WorkerSpec<A, R, Local>): WorkerDefinition<GivenOf<A>, OutcomeOf<R>> {
  const cannot = (rule: string) => new TypeError(`Cannot define a worker: ${rule}`)
  const url = moduleUrl(self)
  if (url === undefined)
    throw cannot(
      `the first argument must be 'import.meta', or 'module' or '__filename' in CommonJS, got ${showValue(self)}. A bundler that makes CommonJS leaves 'import.meta' empty: let it make ES modules, or give '__filename'`,
    )
  if (typeof spec?.name !== 'string' || spec.name === '')
    throw cannot("'name' must be a text that is not empty")
  if (typeof spec.work !== 'function') throw cannot(`'work' of "${spec.name}" must be a function`)
  const priority = spec.priority ?? 'default'
  if (typeof priority !== 'string') {
    throw cannot(`'priority' of "${spec.name}" must be the name of a level, got ${showValue(priority)}`)
  }
  const bind = spec.bind ?? []
  if (!Array.isArray(bind)) throw cannot(`'bind' of "${spec.name}" must be a list, got ${showValue(bind)}`)
  const unknown = Object.keys(spec).find(key => !specKeys.includes(key))
  if (unknown !== undefined) {
    const meant = closest(unknown, specKeys)
    throw cannot(
      `'${unknown}' of "${spec.name}" means nothing${meant === undefined ? '' : `, did you mean '${meant}'?`}`,
    )
  }
  const footprint = compileFootprint(spec.attr ?? {})
  const taken = footprint.names?.find(name => (baseAttributeNames as readonly string[]).includes(name))
  if (taken !== undefined)
    throw cannot(
      `attribute '${taken}' of "${spec.name}" must have another name: every instruction may have a '${taken}' that the boss heeds`,
    )
  return {
    name: spec.name,
    info: spec.info ?? '',
    version: spec.version,
    url,
    footprint,
    guards: compileGuards(spec.only),
    priority,
    bind,
    work: reviving(footprint, spec.work as Work),
    setup: spec.setup,
    teardown: spec.teardown as WorkerDefinition<never, unknown>['teardown'],
  }
}

/** All that may be said of a worker. */
const specKeys: readonly string[] = [
  'name',
  'info',
  'version',
  'attr',
  'only',
  'priority',
  'bind',
  'work',
  'setup',
  'teardown',
] satisfies (keyof WorkerSpec<Attributes, unknown, unknown>)[]

type Work = WorkerDefinition<never, unknown>['work']

/** Shared arrays lose their methods on the way to another thread. Done here, no crew needs to know. */
function reviving({ revive }: Footprint, work: Work): Work {
  return revive === undefined ? work : (attributes, task) => work(revive(attributes) as never, task)
}

/** True for what `defineWorker` returned, here or in another copy of this package. */
export function isWorkerDefinition(value: unknown): value is WorkerDefinition<never, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'footprint' in value &&
    typeof (value as { work?: unknown }).work === 'function' &&
    typeof (value as { url?: unknown }).url === 'string'
  )
}
