/**
 * Rules combined: the least limit holds, all must admit, and of two that order the first given decides.
 *
 *     scheduler(maxThreads(4), maxMemory({ fraction: 0.75 }), exclusive(i => [i.fileA, i.fileB]), longestFirst())
 */

import type { Instruction } from '../../words/instruction.ts'
import { rulesOf } from '../combined-rules.ts'
import { nameOf } from '../rule-error.ts'
import type { AnyInstruction, Scheduler } from '../scheduler.ts'

/** @throws {TypeError} when two rules contradict each other, or there are none */
export function scheduler<I extends Instruction<object> = AnyInstruction>(
  ...rules: readonly Scheduler<I>[]
): Scheduler<I> {
  const all = rules.flatMap(rule => rulesOf(rule as Scheduler))
  const why = contradiction(all)
  if (why !== undefined) throw new TypeError(`Cannot combine ${rules.map(nameOf).join(', ')}: ${why}`)
  const hooks = rules.filter(rule => rule.hooks !== undefined)
  return {
    name: rules.map(nameOf).join(' + '),
    concurrency: Math.min(...all.map(rule => rule.concurrency)),
    rules: all as unknown as readonly Scheduler<I>[],
    ...(hooks.length > 0 && { hooks: (ticket: number) => hooks.flatMap(rule => rule.hooks?.(ticket) ?? []) }),
  }
}

function contradiction(rules: readonly Scheduler[]): string | undefined {
  const has = (name: string) => rules.some(rule => rule.name === name)
  const sharing = rules.filter(rule => rule.share !== undefined)
  const ordering = rules.findIndex(rule => rule.order !== undefined)
  if (rules.length === 0) return 'there are no rules. Give one at least; laxist() is the one without a limit'
  if (has('laxist') && has('maxThreads'))
    return 'laxist says that there is no limit, maxThreads sets one. Leave one out'
  if (sharing.length > 1)
    return 'keys can take turns in one way only. Give one fairShare, whose key holds both'
  if (sharing[0] !== undefined && ordering >= 0 && ordering < rules.indexOf(sharing[0])) {
    return `${nameOf(sharing[0])} shares before anybody is ordered, so it comes first. Give it before ${nameOf(rules[ordering] as Scheduler)}, which then orders within each key`
  }
  if (rules.filter(rule => rule.prefers !== undefined).length > 1)
    return 'lanes are preferred in one way only. Give one sticky, whose key holds both'
  const supplied = rules.flatMap(({ supplies = {} }) => Object.keys(supplies))
  const twice = supplied.find((name, i) => supplied.indexOf(name) < i)
  if (twice !== undefined)
    return `two of them say how much there is of "${twice}". Give one resources, which names all`
  const most = Math.min(...rules.map(rule => rule.concurrency))
  const least = Math.max(1, ...rules.map(rule => rule.leastAtOnce ?? 1))
  if (least > most)
    return `adaptive wants ${least} at once at least, and another lets ${most} run at most. Lower its 'min'`
  if (rules.filter(rule => rule.name === 'adaptive').length > 1)
    return 'only one can look for the best limit. Leave one adaptive out'
  if (rules.filter(rule => rule.name === 'bindToCpu').length > 1)
    return 'a worker is bound once. Leave one bindToCpu out'
  return undefined
}
