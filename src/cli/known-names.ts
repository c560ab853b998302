/** Attributes that are named on the command line must be known: a slip there is one for every record. */

import type { AnyWorker } from '../index.ts'
import { closest } from '../words/did-you-mean.ts'
import { baseAttributeNames } from '../words/instruction.ts'
import { UsageError } from './exit-codes.ts'
import type { RunCommandOptions } from './run-options.ts'

/** All that some worker knows, base attributes included; `undefined` where one of them takes anything. */
export function knownNames(workers: readonly AnyWorker[]): ReadonlySet<string> | undefined {
  const known = new Set<string>(baseAttributeNames)
  for (const { footprint } of workers) {
    if (footprint.keys === undefined) return undefined
    for (const key of footprint.keys) known.add(key)
  }
  return known
}

/**
 * @param isLine  records fill a command line: what they name is theirs
 * @throws {UsageError} for the first that no worker knows
 */
export function mustBeKnown(
  options: RunCommandOptions,
  workers: readonly AnyWorker[],
  isLine: boolean,
): void {
  const known = knownNames(workers)
  if (known === undefined) return
  const named = [
    ...(isLine || options.batch !== undefined ? [] : (options.each ?? [])).map(
      pair => ['--each', pair.split('=', 1)[0]] as const,
    ),
    ...(options.common ?? []).map(pair => ['--common', pair.split('=', 1)[0]] as const),
    ...(options.batch === undefined ? [] : [['--batch', options.batch.name] as const]),
    ...(options.per === undefined ? [] : [['--per', options.per] as const]),
    ...(options.exclusive ?? []).map(name => ['--exclusive', name] as const),
    ...(options.sticky ?? []).map(name => ['--sticky', name] as const),
    ...(!isLine && options.input?.match(/^lines0?=/)
      ? [['--input', options.input.replace(/^.*?=/, '')] as const]
      : []),
  ]
  for (const [option, name = ''] of named) {
    if (known.has(name) || name === '') continue
    const meant = closest(name, known)
    const whose = workers.map(worker => worker.name).join(', ')
    throw new UsageError(
      `${option} ${name}: ${whose} has no such attribute${meant === undefined ? '' : `, did you mean '${meant}'?`} (rxboss describe tells which there are)`,
    )
  }
}
