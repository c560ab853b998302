/** Does the work of a definition as a lane would, without one: decodes, guards, sets up, works, tears down. */

import { type AnyWorker, explain, type GivenTo, type ResultOf, registry, type Task } from '../../src/index.ts'

/** What the work receives for this instruction. @throws {Error} its refusal */
export function decode(worker: AnyWorker, given: object): unknown {
  const choice = registry([worker]).choose({ ...given }, {})
  if (!('attributes' in choice)) throw new Error(explain(choice))
  return choice.attributes
}

/** @param task  what differs from an instruction that nobody cancels */
export async function perform<D extends AnyWorker>(
  worker: D,
  given: GivenTo<D>,
  task: Partial<Task> = {},
): Promise<ResultOf<D>> {
  const attributes = decode(worker, given as object)
  const local = await worker.setup?.({ ticket: 0, shared: {} })
  const whole: Task<unknown> = {
    id: 0,
    name: `${worker.name}#0`,
    attempt: 1,
    ticket: 0,
    signal: new AbortController().signal,
    report: () => {},
    resources: {},
    environment: {},
    binding: () => [],
    ...task,
    local,
  }
  try {
    return (await worker.work(attributes as never, whole as never)) as ResultOf<D>
  } finally {
    await worker.teardown?.(local as never)
  }
}
