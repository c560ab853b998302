/** What somebody has chosen to see: in the address, so that it can be sent; the theme and the like in this browser. */

import type { ClockKind } from './run-clock.ts'
import { clockKinds } from './run-clock.ts'
import type { Follows } from './time-window.ts'

export interface ViewSettings {
  readonly range: Follows
  readonly query: string
  readonly id: number | undefined
  readonly row: number | undefined
}

/** Of the address. What is not understood there is left out. */
export function chosen(): ViewSettings {
  const said = new URLSearchParams(location.hash.slice(1))
  const number = (name: string) => {
    const value = Number(said.get(name) || Number.NaN)
    return Number.isFinite(value) && value >= 0 ? value : undefined
  }
  const [from, to, lastMs] = [number('from'), number('to'), number('last')]
  return {
    range: from !== undefined && to !== undefined && to > from ? { from, to } : { lastMs },
    query: said.get('q') ?? '',
    id: number('id'),
    row: number('row'),
  }
}

export function choose({ range, query, id, row }: ViewSettings): void {
  const said = new URLSearchParams()
  if ('from' in range) {
    said.set('from', String(Math.round(range.from)))
    said.set('to', String(Math.round(range.to)))
  } else if (range.lastMs !== undefined) said.set('last', String(range.lastMs))
  if (query !== '') said.set('q', query)
  if (id !== undefined) said.set('id', String(id))
  if (row !== undefined) said.set('row', String(row))
  const hash = said.size === 0 ? '' : `#${said}`
  if (hash !== location.hash) history.replaceState(null, '', hash === '' ? location.pathname : hash)
}

/** A choice that this browser remembers, where it may. */
export class Kept {
  readonly #name: string
  /** Where nothing is remembered, it holds as long as the page. */
  #here: string | undefined

  constructor(name: string) {
    this.#name = `rxboss ${name}`
  }

  get value(): string | undefined {
    try {
      return localStorage.getItem(this.#name) ?? this.#here
    } catch {
      return this.#here // a file, or a browser that keeps nothing
    }
  }

  set value(value: string | undefined) {
    this.#here = value
    try {
      if (value === undefined) localStorage.removeItem(this.#name)
      else localStorage.setItem(this.#name, value)
    } catch {
      // It is chosen for now, and not remembered.
    }
  }
}

export const keptTheme = new Kept('theme')
export const keptKeys = new Kept('keys')
export const keptBell = new Kept('bell')
const keptClock = new Kept('clock')

export function clockKind(): ClockKind {
  return clockKinds.find(kind => kind === keptClock.value) ?? 'elapsed'
}

export function nextClock(): ClockKind {
  const next = clockKinds[(clockKinds.indexOf(clockKind()) + 1) % clockKinds.length] as ClockKind
  keptClock.value = next
  return next
}
