/** An entry: one that waits or runs at a desk with rules, what the rules said of it, and where it is now. */

import type { Pending } from '../scheduler.ts'
import type { Key } from './key.ts'
import { Place } from './min-tree.ts'

type Where = 'arrived' | 'in line' | 'parked' | 'set aside' | 'running' | 'gone'

export class Entry<T> extends Place {
  where: Where = 'arrived'
  cost = 0
  share: unknown
  keys: readonly Key<Entry<T>>[] = noKeys
  /** How often it was passed over while it was first. */
  passed = 0
  /** Overtaken too often, and waiting for its keys. */
  reserving = false
  /** Its place in the list of what runs. */
  at = 0
  readonly item: T
  readonly pending: Pending
  readonly cameBack: boolean

  constructor(item: T, pending: Pending, cameBack: boolean) {
    super()
    this.item = item
    this.pending = pending
    this.cameBack = cameBack
  }
}

const noKeys: readonly never[] = []

export const waits = <T>({ where }: Entry<T>) => where !== 'running' && where !== 'gone'

export const hasKeys = <T>(entry: Entry<T>) => heldKey(entry) === undefined

/** The first of its keys that somebody else has, or has reserved. */
export function heldKey<T>(entry: Entry<T>): Key<Entry<T>> | undefined {
  for (const key of entry.keys) if (!key.freeFor(entry)) return key
  return undefined
}
