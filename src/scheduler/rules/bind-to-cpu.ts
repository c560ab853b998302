/**
 * Each worker on one CPU of its own, by ticket: 0 on the first, 1 on the second, and round again. taylorism's `binded`.
 *
 * Linux only: the worker's thread binds itself with `taskset` before its first job. Instructions then are not handed
 * ahead, since an idle lane could not take one over without leaving its CPU.
 */

import type { AnyScheduler } from '../scheduler.ts'
import { bindable } from './machine.ts'

/** @throws {Error} where threads cannot be bound: not Linux, or no `taskset` */
export function bindToCpu(): AnyScheduler {
  const cpus = bindable()
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const module = new URL(`./bind-hook.${extension}`, import.meta.url).href
  return {
    name: 'bindToCpu',
    concurrency: Infinity,
    hooks: ticket => [{ module, export: 'bind', argument: cpus[ticket % cpus.length] }],
  }
}
