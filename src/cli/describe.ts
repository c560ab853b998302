/** `rxboss describe`: what a worker accepts, on standard output. */

import { describe } from '../describe.ts'
import { readyMadeNames } from './find-workers.ts'
import { loadWorkers } from './load-workers.ts'

/**
 * @param target  a worker file or the name of a ready-made worker; all ready-made ones when it is left out
 * @returns Markdown, or JSON with JSON Schema in it
 */
export async function describeWorkers(
  target: string | undefined,
  { json = false }: { readonly json?: boolean },
): Promise<string> {
  const targets = target === undefined ? readyMadeNames() : [target]
  const workers = (await Promise.all(targets.map(loadWorkers))).flat()
  return json ? `${JSON.stringify(describe(workers, { format: 'json' }), undefined, 2)}\n` : describe(workers)
}
