/**
 * Credit: how a receiver tells a source, at the far end of a pipe, how much it will take.
 *
 *     pull(limits()) ──map──delay──► schedule, delegate, listen ──map──► inOrder, eachValueFrom
 *          └────────── left() ◄──────────────┘     └────────── left() ◄──────────┘
 *
 * RxJS pushes: a generator of ten million would be drained at once, into a buffer nobody sees. So a receiver marks what it
 * subscribes with, and a source walks from the subscriber it is given to the first that is marked: every subscriber of
 * RxJS 7 knows its `destination`, also where it subscribes late (`switchMap`, `concat`, `delay`, `retry`).
 *
 * The walk ends at what knows no destination: `share`, a Subject, an operator made by hand. There the credit is that of
 * whoever subscribes now, since subscribing is synchronous. What subscribes late behind one of these finds none.
 */

import type { Observable, Observer, Subscription } from 'rxjs'

/** What a receiver says of itself. */
export interface CreditTerms {
  /** How many more it takes now, of a sender that has sent so many since it joined. */
  readonly left: (sent: number) => number
  /** How many have arrived. */
  readonly arrived: () => number
  /** A source joins, and is about to ask. */
  readonly joined?: () => void
  /** A source has no more, and what it sent has arrived; or it was left. */
  readonly gone?: () => void
  /** The credit for what has begun before, and is there for others too; absent: this one. */
  readonly forHot?: { readonly credit: Credit | undefined }
}

export class Credit {
  readonly left: (sent: number) => number
  readonly #terms: CreditTerms
  #senders: readonly (() => void)[] = []
  #turn = 0

  constructor(terms: CreditTerms) {
    this.left = terms.left
    this.#terms = terms
  }

  get arrived(): number {
    return this.#terms.arrived()
  }

  /** Whether a source that can wait sends under it. */
  get used(): boolean {
    return this.#senders.length > 0
  }

  /** How many of them there are. */
  get senders(): number {
    return this.#senders.length
  }

  get forHot(): Credit | undefined {
    const { forHot } = this.#terms
    return forHot === undefined ? this : forHot.credit
  }

  /** A source sends under this credit, and is called whenever it may have grown. What comes back ends that. */
  join(send: () => void): () => void {
    this.#senders = [...this.#senders, send]
    this.#terms.joined?.()
    return () => {
      if (!this.#senders.includes(send)) return
      this.#senders = this.#senders.filter(one => one !== send)
      this.#terms.gone?.()
    }
  }

  /** It may have grown. Several sources of one pipe (`merge`) are asked by turns. */
  ask(): void {
    const senders = this.#senders
    if (senders.length === 0 || this.left(0) <= 0) return
    const first = this.#turn++ % senders.length
    for (let i = 0; i < senders.length; i++) senders[(first + i) % senders.length]?.()
  }
}

const mark = Symbol('credit')

/** What the walk sees of a subscriber or observer of RxJS. */
interface Link {
  readonly [mark]?: Credit
  readonly destination?: Link | null
  /** Where `destination` is the wrapping of a plain observer. */
  readonly partialObserver?: Link
  /** @internal to RxJS */
  readonly _finalizers?: readonly unknown[] | null
}

let ambient: Credit | undefined

/** Runs `subscribe`; what finds nobody else to ask meanwhile asks this credit, or nobody. */
export function withAmbient<R>(credit: Credit | undefined, subscribe: () => R): R {
  const outer = ambient
  ambient = credit
  try {
    return subscribe()
  } finally {
    ambient = outer
  }
}

/** Subscribes to a source that may send as much as this credit says. */
export function subscribeWith<T>(
  credit: Credit,
  source$: Observable<T>,
  observer: Partial<Observer<T>>,
): Subscription {
  return withAmbient(credit, () => source$.subscribe(Object.assign(observer, { [mark]: credit })))
}

/** The way from a source to whoever takes what it sends. */
export class Route {
  /** Absent: nobody said how much is wanted. */
  readonly credit: Credit | undefined
  readonly #links: readonly Link[]

  /** @param subscriber  what the source was given to send to */
  constructor(subscriber: unknown) {
    const links: Link[] = []
    let link = subscriber as Link | undefined | null
    for (; link && link[mark] === undefined; link = link.destination ?? link.partialObserver) links.push(link)
    this.#links = links
    this.credit = link?.[mark] ?? ambient
  }

  /** How much else hangs on the way, besides what has hung there from the beginning. */
  get hanging(): number {
    let count = 0
    // Teardowns of operators are functions, and come once a subscription is made.
    for (const { _finalizers } of this.#links)
      if (_finalizers) count += Math.max(0, _finalizers.filter(one => typeof one === 'object').length - 1)
    return count
  }

  /** Whether something on the way may still send: a timer, an inner subscription, the other source of a `zip`. */
  get hangs(): boolean {
    return this.#links.some(({ _finalizers }, i) =>
      _finalizers?.some(one => typeof one === 'object' && one !== this.#links[i - 1]),
    )
  }
}

/** The credit of whoever takes what is sent to this subscriber. */
export const creditFor = (subscriber: unknown): Credit | undefined => new Route(subscriber).credit
