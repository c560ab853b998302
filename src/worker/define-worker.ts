/** `defineWorker`: makes a worker definition of a name, a footprint and a function. */

import { compileFootprint } from '../footprint/compile-footprint.ts'
import type { Attributes, Footprint, GivenOf } from '../footprint/footprint.ts'
import { compileGuards } from '../footprint/guards.ts'
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
  const footprint = compileFootprint(spec.attr ?? {})
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
