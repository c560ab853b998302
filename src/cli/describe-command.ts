/** `rxboss describe`: what a worker accepts; without a worker, which ready-made ones there are. */

import { type AnyWorker, describe } from '../index.ts'
import { readyMadeNames } from './find-workers.ts'
import { loadWorkers } from './load-workers.ts'

/** @returns Markdown, or JSON, with a newline in the end */
export async function describeWorkers(
  target: string | undefined,
  { json = false }: { readonly json?: boolean },
): Promise<string> {
  if (target !== undefined) {
    const workers = await loadWorkers(target)
    return json ? toText(describe(workers, { format: 'json' })) : `${describe(workers).trimEnd()}\n`
  }
  const workers = (await Promise.all(readyMadeNames().map(name => loadWorkers(name)))).flat()
  return json ? toText(describe(workers, { format: 'json' })) : listOf(workers)
}

function listOf(workers: readonly AnyWorker[]): string {
  const width = Math.max(...workers.map(({ name }) => name.length))
  return workers.map(({ name, info }) => `${name.padEnd(width)}  ${info}\n`).join('')
}

const toText = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`
