import test from 'ava'
import { expectTypeOf } from 'expect-type'
import { type Observable, of } from 'rxjs'
import {
  atMost,
  Boss,
  byPriority,
  delegate,
  type InstructionOf,
  inline,
  type RulesFor,
  sticky,
} from '../../src/index.ts'
import { pull } from '../../src/scheduler/pull.ts'
import { scheduler } from '../../src/scheduler/rules/combine.ts'
import { exclusive } from '../../src/scheduler/rules/exclusive.ts'
import { fairShare } from '../../src/scheduler/rules/fair-share.ts'
import { maxThreads } from '../../src/scheduler/rules/max-threads.ts'
import { schedule } from '../../src/scheduler/schedule.ts'
import type { Pending, Scheduler } from '../../src/scheduler/scheduler.ts'
import granted from '../fixtures/granted.ts'
import square from '../fixtures/square.ts'

interface Copy {
  readonly from: string
  readonly to: string
  readonly size: number
}

/** A scheduler of one's own: small copies first, and never two big ones. */
const own: Scheduler<Copy> = {
  concurrency: 4,
  order: (a, b) => a.instruction.size - b.instruction.size,
  admits: (next, running) =>
    next.instruction.size < 1e6 || running.every(({ instruction }) => instruction.size < 1e6),
}

const copy: Copy = { from: 'a', to: 'b', size: 1 }

test('a scheduler of one’s own is typed on the attributes of the instruction', t => {
  const bad: Scheduler<Copy> = {
    concurrency: 4,
    // @ts-expect-error a Copy has no colour
    order: (a, b) => a.instruction.colour - b.instruction.colour,
  }
  t.truthy(bad)
  // @ts-expect-error the limit is missing
  const none: Scheduler<Copy> = { order: own.order }
  t.truthy(none)
})

test('schedule infers what goes in and what comes out, also for an interface', t => {
  const reports$ = of(copy).pipe(
    schedule(({ instruction, id }, ticket) => {
      expectTypeOf(instruction).toEqualTypeOf<Copy>()
      expectTypeOf(id).toBeNumber()
      expectTypeOf(ticket).toBeNumber()
      return of(`${instruction.from} to ${instruction.to}`)
    }, own),
  )
  expectTypeOf(reports$).toEqualTypeOf<Observable<string>>()
  const rules = scheduler(own, maxThreads(2))
  expectTypeOf(of(copy).pipe(schedule(({ id }: Pending<Copy>) => of(id), rules))).toEqualTypeOf<
    Observable<number>
  >()
  // @ts-expect-error a scheduler of copies does not take numbers
  t.truthy(of(1).pipe(schedule(() => of(1), own)))
})

test('exclusive and fairShare take a function of the instruction, typed or not', t => {
  expectTypeOf(exclusive((one: Copy) => [one.from, one.to])).toEqualTypeOf<Scheduler<Copy>>()
  t.truthy(
    of(copy).pipe(
      schedule(
        () => of(1),
        exclusive((one: Copy) => [one.to]),
      ),
    ),
  )
  t.truthy(
    of(copy).pipe(
      schedule(
        () => of(1),
        exclusive(({ to }) => [to]),
      ),
    ),
  )
  t.truthy(fairShare(({ tenant }) => tenant))
})

test('what an instruction has not is found by the compiler, in `schedule` and `delegate`, alone and combined', t => {
  const perform = () => of(1)
  const rightful = [
    of(copy).pipe(
      schedule(
        perform,
        atMost(2, i => i.to),
      ),
    ),
    of(copy).pipe(
      schedule(
        perform,
        scheduler(
          maxThreads(2),
          byPriority(),
          sticky(i => i.from),
        ),
      ),
    ),
    of({ n: 1 }).pipe(delegate(square, { crew: inline(), scheduler: exclusive(i => [i.n]) })),
    of({ n: 1 }).pipe(
      delegate(square, {
        crew: inline(),
        scheduler: scheduler(
          maxThreads(2),
          fairShare(i => i.n),
        ),
      }),
    ),
  ]
  t.is(rightful.length, 4)
  t.truthy(
    of(copy).pipe(
      schedule(
        perform,
        // @ts-expect-error a Copy has no typo
        exclusive(i => [i.typo]),
      ),
    ),
  )
  t.truthy(
    of(copy).pipe(
      schedule(
        perform,
        scheduler(
          maxThreads(2),
          // @ts-expect-error nor beside another rule
          sticky(i => i.typo),
        ),
      ),
    ),
  )
  // @ts-expect-error a square has no typo
  t.truthy(delegate(square, { scheduler: exclusive(i => [i.typo]) }))
  t.truthy(
    delegate(square, {
      scheduler: scheduler(
        maxThreads(2),
        // @ts-expect-error nor beside another rule
        atMost(1, i => i.typo),
      ),
    }),
  )
})

test('the function form of a Boss is typed on what its workers take', t => {
  const crew = inline()
  const boss = new Boss({
    workers: square,
    crew,
    scheduler: rules => {
      expectTypeOf(rules).toEqualTypeOf<RulesFor<InstructionOf<typeof square>>>()
      return rules.scheduler(
        maxThreads(2),
        rules.exclusive(i => {
          expectTypeOf(i.n).toBeNumber()
          return [i.n]
        }),
      )
    },
  })
  t.is(boss.state.phase, 'live')
  t.truthy(new Boss({ workers: [square, granted], crew, scheduler: r => r.sticky(i => i.n) }))
  t.truthy(
    new Boss({
      workers: square,
      crew,
      scheduler: _ =>
        scheduler(
          maxThreads(2),
          exclusive(i => [i.n]),
        ),
    }),
  )
  // @ts-expect-error a square has no typo
  t.truthy(new Boss({ workers: square, crew, scheduler: r => r.exclusive(i => [i.typo]) }))
  // @ts-expect-error nor beside another rule
  t.truthy(new Boss({ workers: square, crew, scheduler: r => r.scheduler(r.atMost(1, i => i.typo)) }))
  // @ts-expect-error nor through the rules that are imported
  t.truthy(new Boss({ workers: square, crew, scheduler: _ => exclusive(i => [i.typo]) }))
  // @ts-expect-error nor in delegate
  t.truthy(delegate(square, { crew, scheduler: r => r.fairShare(i => i.typo) }))
})

test('pull keeps the type of what it pulls', t => {
  expectTypeOf(pull([copy])).toEqualTypeOf<Observable<Copy>>()
  async function* copies() {
    yield copy
  }
  expectTypeOf(pull(copies())).toEqualTypeOf<Observable<Copy>>()
  t.pass()
})
