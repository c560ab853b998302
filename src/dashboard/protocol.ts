/** What server and page say to each other. */

import type { Columns } from './columns.ts'
import type { Besides } from './feed.ts'
import type { RunData } from './run-data.ts'

/** The first event of each stream. */
export interface Hello {
  /** To be sent back as `x-csrf` with each control. */
  readonly csrf: string
  /** Whether the boss may be controlled from here. */
  readonly controls: boolean
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
export interface Batch {
  readonly events: Columns
  readonly now: number
  /** As it stands, since no event tells it. */
  readonly besides: Besides
}

/** What may be sent to `api/control`. */
export const controls = ['halt', 'resume', 'end', 'stop', 'stopThemWorking'] as const

export type Control = (typeof controls)[number]

/** A failure, with what the boss was told to do: fetched when somebody looks at it. */
export interface FailureDetails {
  readonly name: string
  readonly text: string
  /** The instruction in short, where it is still known. */
  readonly instruction?: string
}
