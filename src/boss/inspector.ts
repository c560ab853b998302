/** Sends events to `inspect$`, stamped. While nobody observes, callers build no event and this costs a comparison. */

import { Observable, Subject, type Subscriber } from 'rxjs'

import type { Happening, InspectEvent, Stamp } from '../inspect/events.ts'
import { asyncScope } from '../words/async-scope.ts'
import type { Clock } from '../words/clock.ts'
import { scoped } from '../words/in-scope.ts'

export class Inspector {
  /** Hot. An observer is first told where the run stands, then follows. An observer's throw never reaches the run. */
  readonly events$: Observable<InspectEvent>
  /** Those that do not come with every instruction. */
  readonly notices$: Observable<InspectEvent>
  /** Whether anybody would hear of an event: ask before making one. */
  observed = false
  /** The same for what does not come with every instruction. */
  noticed = false
  readonly #all$ = new Subject<InspectEvent>()
  readonly #notices$ = new Subject<InspectEvent>()
  readonly #boss: string
  /** Read at once by who asks for it. */
  readonly #stamp: { -readonly [Field in keyof Stamp]: Stamp[Field] }
  readonly #clock: Clock
  readonly #began: number
  #seq = 0

  /** @param terms  `observersChanged`: somebody came, or went */
  constructor(
    boss: string,
    clock: Clock,
    terms: { readonly whereItStands: (upTo: number) => Happening; readonly observersChanged: () => void },
  ) {
    const { whereItStands, observersChanged } = terms
    this.#boss = boss
    this.#stamp = { v: 1, seq: 0, t: 0, boss }
    this.#clock = clock
    this.#began = clock.now()
    const changed = () => {
      this.observed = this.#all$.observed
      this.noticed = this.observed || this.#notices$.observed
      observersChanged()
    }
    const follow = (subject: Subject<InspectEvent>, subscriber: Subscriber<InspectEvent>) => {
      const subscription = subject.subscribe(scoped(subscriber, asyncScope()))
      changed()
      return () => {
        subscription.unsubscribe()
        changed()
      }
    }
    this.notices$ = new Observable(subscriber => follow(this.#notices$, subscriber))
    this.events$ = new Observable(subscriber => {
      // Not a numbered event: it says up to which number this observer is told by it.
      subscriber.next({ v: 1, seq: this.#seq, t: this.age(), boss, ...whereItStands(this.#seq) })
      // Who only asks where it stands has gone by now.
      return subscriber.closed ? undefined : follow(this.#all$, subscriber)
    })
  }

  tell(happening: Happening): void {
    this.#all$.next(this.#stamped(happening))
  }

  /**
   * The stamp of the next event, for those that come with every instruction: they are written in one piece, since a copy
   * costs as much as all the rest.
   */
  stamp(): Stamp {
    const stamp = this.#stamp
    stamp.seq = ++this.#seq
    stamp.t = this.age()
    return stamp
  }

  /** @param event  with the last stamp on it */
  tellStamped(event: InspectEvent): void {
    this.#all$.next(event)
  }

  /** Tells what does not come with every instruction. */
  notice(happening: Happening): void {
    const event = this.#stamped(happening)
    this.#all$.next(event)
    this.#notices$.next(event)
  }

  complete(): void {
    this.#all$.complete()
    this.#notices$.complete()
  }

  /** Milliseconds since the boss began. */
  age(): number {
    return this.#clock.now() - this.#began
  }

  /** A moment of the clock as milliseconds since the boss began. */
  onItsScale(moment: number): number {
    return Math.max(0, moment - this.#began)
  }

  #stamped(happening: Happening): InspectEvent {
    return { v: 1, seq: ++this.#seq, t: this.age(), boss: this.#boss, ...happening }
  }
}
