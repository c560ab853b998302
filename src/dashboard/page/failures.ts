/**
 * What failed and what was refused, in groups of the same kind: how many, what they have in common, the first ones. From
 * here to their rows, to their instructions as text, and to another try.
 */

import { type FailureGroup, largestGroups } from '../../inspect/failure-groups.ts'
import type { Run } from '../../inspect/run.ts'
import { h, setText } from './dom.ts'
import type { Source } from './source.ts'
import { count, middleCut } from './words.ts'

const shown = 30

export interface FailuresTerms {
  readonly source: Source
  /** Somebody looks at an instruction. */
  readonly select: (id: number) => void
  /** Somebody wants to see all of a group. */
  readonly find: (query: string) => void
  readonly retry: (which: { readonly group?: string }, words: string) => void
  readonly copy: (which: { readonly group?: string }) => void
}

/** What is on the page of a group. */
interface Drawn {
  readonly item: HTMLElement
  readonly count: HTMLElement
  readonly pattern: HTMLElement
  readonly first: HTMLElement
  readonly examples: HTMLElement
  readonly retry: HTMLButtonElement
  known: number
}

export class Failures {
  readonly element: HTMLElement
  readonly #list = h('ul', { class: 'groups' })
  readonly #rest = h('p', { class: 'empty' })
  readonly #all: HTMLElement
  readonly #retryAll: HTMLButtonElement
  readonly #terms: FailuresTerms
  readonly #drawn = new Map<string, Drawn>()

  constructor(terms: FailuresTerms) {
    this.#terms = terms
    this.#retryAll = h(
      'button',
      { type: 'button', onclick: () => terms.retry({}, 'all that have failed') },
      'Try all again',
    )
    const copy = h('button', { type: 'button', onclick: () => terms.copy({}) }, 'Copy instructions')
    this.#all = h('span', { class: 'actions', hidden: true }, this.#retryAll, copy)
    this.element = h(
      'section',
      { class: 'failures', 'aria-label': 'Failures' },
      h('div', { class: 'line' }, h('h2', { tabindex: -1 }, 'Failures'), this.#all),
      this.#list,
      this.#rest,
    )
  }

  focus(): void {
    const first = this.#list.querySelector('summary') ?? this.element.querySelector('h2')
    first?.focus()
  }

  /** Whatever is open, or has the focus, stays: only what differs is written. */
  show(run: Run): void {
    const failed = largestGroups(run.failures, shown)
    const refused = largestGroups(run.refusals, shown)
    const { source } = this.#terms
    const mayRetry = source.hello?.can.retry === true && source.connection === 'live' && run.intake === 'open'
    for (const group of [...failed, ...refused]) this.#showGroup(group, mayRetry)
    const hidden =
      run.failures.groups.length -
      failed.length +
      run.failures.others +
      run.refusals.groups.length -
      refused.length +
      run.refusals.others
    const nothing = failed.length + refused.length === 0
    setText(
      this.#rest,
      nothing ? 'Nothing has failed.' : hidden > 0 ? `and other kinds: ${count(hidden)}` : '',
    )
    this.#all.hidden = failed.length === 0 || source.connection === 'file'
    this.#retryAll.hidden = !mayRetry
  }

  #showGroup(group: FailureGroup, mayRetry: boolean): void {
    const drawn = this.#drawn.get(group.key) ?? this.#make(group)
    setText(drawn.count, `${count(group.count)}×`)
    setText(drawn.pattern, group.pattern)
    setText(drawn.first, `The first: ${group.words}`)
    drawn.first.hidden = group.pattern === group.words
    drawn.retry.hidden = !mayRetry || group.failure.code === 'refused'
    if (drawn.known === group.examples.length) return
    drawn.known = group.examples.length
    drawn.examples.replaceChildren(...this.#examples(group))
  }

  #make(group: FailureGroup): Drawn {
    const { key, failure } = group
    const { find, retry, copy, source } = this.#terms
    const isRefused = failure.code === 'refused'
    const again = h(
      'button',
      { type: 'button', onclick: () => retry({ group: key }, 'these') },
      'Try these again',
    )
    const query = isRefused ? 'kind:refused' : `kind:failed group:"${key.replaceAll('"', '')}"`
    const actions = h(
      'div',
      { class: 'actions' },
      h('button', { type: 'button', onclick: () => find(query) }, 'Show rows'),
      again,
      !isRefused &&
        source.connection !== 'file' &&
        h('button', { type: 'button', onclick: () => copy({ group: key }) }, 'Copy instructions'),
    )
    const number = h('b')
    const pattern = h('span')
    const first = h('p', { class: 'hint' })
    const examples = h('div', { class: 'examples' })
    const item = h(
      'li',
      {},
      h('details', { 'data-key': key }, h('summary', {}, number, ' ', pattern), first, examples, actions),
    )
    this.#list.append(item)
    const drawn = { item, count: number, pattern, first, examples, retry: again, known: -1 }
    this.#drawn.set(key, drawn)
    return drawn
  }

  #examples({ examples, failure }: FailureGroup): readonly Node[] {
    return examples.map(({ id, name }) =>
      id < 0
        ? h('span', {}, `${name}${failure.code === 'refused' ? ` (${failure.what})` : ''}`)
        : h(
            'button',
            { type: 'button', class: 'link', title: name, onclick: () => this.#terms.select(id) },
            `#${id} ${middleCut(name || '(no name)', 70)}`,
          ),
    )
  }

  /** A failure in full. */
  async details(id: number): Promise<readonly Node[]> {
    const details = await this.#terms.source.failure(id)
    if (details === undefined) return []
    const { text, instruction } = details
    return [
      h('h3', {}, 'In full'),
      h('pre', { tabindex: 0 }, text),
      ...(instruction === undefined
        ? []
        : [h('h3', {}, 'The instruction'), h('pre', { tabindex: 0 }, instruction)]),
    ]
  }
}
