/** What may be said to `run`, read and checked: what the command line's definition makes of the arguments. */

import type { FailureCode } from '../index.ts'
import type { ArgumentSource } from './argument-sources.ts'
import type { Halt } from './halt.ts'
import type { FormatName } from './output/report-format.ts'

export interface RunCommandOptions {
  // not options: what stands behind the worker, and behind :::
  readonly words?: readonly string[]
  readonly sources?: readonly ArgumentSource[]
  // input
  readonly each?: readonly string[]
  readonly cross?: boolean
  readonly skip?: number
  readonly limit?: number
  readonly common?: readonly string[]
  readonly from?: readonly string[]
  readonly input?: string
  readonly null?: boolean
  readonly delimiter?: string
  readonly header: boolean
  readonly columns?: readonly string[]
  readonly maxLine: number
  readonly total?: number
  readonly dryRun?: boolean
  readonly name?: string
  readonly batch?: { readonly name: string; readonly count: number }
  readonly pipe?: boolean
  readonly pipepart?: string
  readonly block?: number
  // work
  /** In the grammar of `parseJobs`: per cent are of what this process may use, which is found out later. */
  readonly jobs?: string
  readonly crew: 'threads' | 'processes' | 'inline'
  readonly command?: string
  readonly ahead?: number
  /** Where the queue is. It counts only beside `queue`, since the environment may say it for other commands. */
  readonly redis?: string
  readonly queue?: string
  readonly pack?: number
  readonly halt?: Halt
  readonly retries?: number
  readonly backoff?: readonly [number, number]
  readonly retryOn?: readonly FailureCode[]
  readonly timeout?: { readonly ms: number } | { readonly ofMedian: number }
  readonly queueTimeout?: number
  readonly grace?: number
  readonly startTimeout?: number
  readonly jobsFile?: string
  readonly drain?: number
  readonly supervise?: { readonly count: number; readonly perMs: number }
  readonly heap?: number
  readonly wd?: string
  readonly env?: readonly string[]
  readonly nice?: number
  readonly journal?: string
  readonly resume?: boolean
  readonly resumeFailed?: boolean
  readonly retryFailed?: boolean
  readonly journalRepair?: boolean
  readonly forceLock?: boolean
  // which may start
  readonly maxMemory?: { readonly bytes: number } | { readonly fraction: number }
  readonly taskMemory?: number
  readonly memfree?: number
  readonly load?: number
  readonly delay?: number
  readonly rate?: { readonly count: number; readonly perMs: number }
  readonly atMost?: number
  readonly per?: string
  readonly resource?: readonly string[]
  readonly needs?: readonly string[]
  readonly exclusive?: readonly string[]
  readonly sticky?: readonly string[]
  readonly deadline?: boolean
  readonly order?: 'longest' | 'priority' | 'deadline' | 'shuffle'
  // output
  readonly format?: FormatName
  readonly print?: string
  readonly keepOrder?: boolean
  readonly interim?: boolean
  readonly failures?: string
  readonly joblog?: string
  readonly results?: string
  readonly events?: string
  readonly trace?: string
  readonly traceFlows?: boolean
  readonly report?: string
  // in the browser
  readonly dashboard?: boolean
  readonly port?: number
  readonly host?: string
  readonly allowedHost?: readonly string[]
  readonly readonly?: boolean
  readonly remoteControl?: boolean
  readonly open?: boolean
  readonly linger?: number
  // what people see
  readonly progress: 'auto' | 'tty' | 'plain' | 'json' | 'none'
  readonly quiet?: boolean
  readonly json?: boolean
  readonly color: 'auto' | 'always' | 'never'
  readonly ascii?: boolean
  readonly interval: number
  readonly summary: boolean
  readonly explain?: boolean
  readonly tag?: boolean
  readonly lineBuffer?: boolean
}

/** Whether it goes on with what an earlier life has begun. */
export const resumesRun = ({ resume, resumeFailed, retryFailed }: RunCommandOptions): boolean =>
  Boolean(resume || resumeFailed || retryFailed)
