/** What server and page say to each other. */

import type { Run } from '../inspect/run.ts'
import type { Columns } from './columns.ts'
import type { Besides } from './feed.ts'
import type { RunData } from './run-data.ts'

/** The first event of each stream. */
export interface Hello {
  /** To be sent back as `x-csrf` with each control. */
  readonly csrf: string
  /** Whether the boss may be controlled from here. */
  readonly controls: boolean
  /** What may be done about single instructions. */
  readonly can: { readonly retry: boolean; readonly cancel: boolean; readonly profile: boolean }
  readonly version: string
}

/** Where the run stands: what a page begins with, and goes on from when it was too slow to follow. */
export interface Snapshot {
  readonly run: RunData
  /** Milliseconds since the boss began, by the server's clock. */
  readonly now: number
}

/** Attempts from before those of the snapshot: they follow it piece by piece, the newest first. */
export interface Older {
  readonly rows: Columns
}

/** What happened since: events, as columns. */
export interface EventBatch {
  readonly events: Columns
  readonly now: number
  /** As it stands, since no event tells it. */
  readonly besides: Besides
}

/** What may be sent to `api/control` without more. */
export const controls = ['halt', 'resume', 'end', 'stop', 'stopThemWorking'] as const

export type Control = (typeof controls)[number]

/** Everything that may be sent to `api/control`. */
export type Command =
  | { readonly type: Control }
  /** Takes one out that waits, or ends one that runs. */
  | { readonly type: 'cancel'; readonly id: number }
  /** Gives those that failed again: one, a group, or all of which the instructions are kept. */
  | { readonly type: 'retry'; readonly id?: number; readonly group?: string }

/** The figures that the title of a page says which nobody sees. */
export type Brief = Pick<
  Run,
  'status' | 'phase' | 'pump' | 'intake' | 'counts' | 'refused' | 'total' | 'workers' | 'boss'
>

/** What waits next, and what holds it back. */
export interface WaitingView {
  readonly rows: readonly {
    readonly id: number
    readonly name: string
    readonly worker: string
    readonly ms: number
    readonly why: string
  }[]
  readonly all: number
  /** What holds all of them back. */
  readonly why: string
}

/** A failure, with what the boss was told to do: fetched when somebody looks at it. */
export interface FailureDetails {
  readonly name: string
  readonly text: string
  /** The instruction in short, where it is still known. */
  readonly instruction?: string
}
