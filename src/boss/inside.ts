/** The inside of a boss: what it is made of, and how the parts are tied together. */

import { RxbossError } from '../words/failure.ts'
import type { Instruction } from '../words/instruction.ts'
import { BossQueue } from './boss-queue.ts'
import type { BossRun } from './boss-run.ts'
import { defaults } from './defaults.ts'
import { Intake, tooLate } from './intake.ts'
import { Interpreter } from './interpreter.ts'
import { type BossOptions, resolveOptions, type Settings } from './options.ts'
import { Sources } from './sources.ts'

/** What a boss is made of. */
export interface Inside {
  readonly settings: Settings
  readonly interpreter: Interpreter
  readonly intake: Intake
}

export function insideOf(options: BossOptions): Inside {
  refuseWhileLoading()
  const settings = resolveOptions(options, defaults)
  const interpreter = new Interpreter(settings)
  return { settings, interpreter, intake: new Intake(interpreter) }
}

/** A thread that imports a worker's file must not run the program that hired it. */
function refuseWhileLoading(): void {
  if ((globalThis as Record<symbol, unknown>)[Symbol.for('rxboss.loading')] !== true) return
  throw new RxbossError({
    code: 'refused',
    what: 'A boss cannot be made while a worker file is being imported',
    why: 'this thread imports a file that both defines a worker and hires a boss: it would start itself again and again',
    remedy: 'Put defineWorker into a file of its own',
  })
}

/** The streams that this boss takes from. */
export function sourcesOf<I>({ settings, interpreter, intake }: Inside): Sources<I> {
  const sources = new Sources<I>({
    supply: interpreter.supply,
    intake: () => interpreter.state.intake,
    give: (given, instruction) => intake.accept(intake.read(instruction as Instruction, 'source'), given),
    countRefused: () => interpreter.ledger.countRefused(1),
    settleRefused: (asker, instruction, { failure }) =>
      interpreter.acceptance.acceptRefused(instruction as Instruction, failure, asker),
    cancelOf: (asker, which) => interpreter.cancelOf(asker, which, 'unsubscribed'),
    refuse: why => interpreter.refuse(why),
    tellWork: count => interpreter.sourcesAtWork(count),
    tellCutOff: source => interpreter.ending.cutOff(source),
    tooLate: () => tooLate(settings.name, interpreter.state.failure),
  })
  interpreter.closing$.subscribe(closing => (closing === 'draining' ? sources.drain() : sources.close()))
  return sources
}

/** What stands behind the mailbox of this boss: its ledger and its desk. */
export function queueOf<I>(
  interpreter: Interpreter,
  { give, end }: { readonly give: (instruction: I) => void; readonly end: () => void },
): BossQueue<I> {
  const queue = new BossQueue<I>({
    name: interpreter.settings.name,
    waiting: () => interpreter.status.waiting,
    give,
    end,
    refuse: why => interpreter.refuse(why),
    hold: held => {
      interpreter.starting.hold(held)
      if (held) interpreter.reclaim.all()
    },
  })
  interpreter.queue = queue
  return queue
}

/** @throws {RxbossError} where nothing would ever end the waiting: a halted boss, with work. `atWork`: sources that have more */
export function refuseToWaitForEver(
  what: string,
  { state, status, settings }: Interpreter,
  atWork: number,
): void {
  const { waiting } = status
  if (state.phase !== 'live' || state.pump === 'on' || (waiting === 0 && atWork === 0)) return
  throw new RxbossError({
    code: 'refused',
    what: `${what} would wait for ever`,
    why: `boss "${settings.name}" is halted, and ${waiting > 0 ? `${waiting} instructions are pending` : 'a source has more'}`,
    remedy: 'Call makeThemWork() (or resume()) first, or give up with stop()',
  })
}

/** Where `explain` finds the inside of a boss, also of one that another copy of this package has made. */
const inside = Symbol.for('rxboss.inside')

/** From here on this boss can be explained. */
export function explainable<R extends BossRun>(boss: object, run: R): R {
  Object.defineProperty(boss, inside, { value: run })
  return run
}

export const runOf = (boss: object): BossRun | undefined => (boss as { [inside]?: BossRun })[inside]
