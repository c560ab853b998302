/** `--dry-run`: every record is decoded as it would be, and none is worked on. */

import { type AnyWorker, type Boss, RxbossError } from '../index.ts'
import { exitCodeOfFailures } from './exit-codes.ts'
import { Feeder } from './feeder.ts'
import type { Inputs } from './input/open-inputs.ts'
import type { Screen } from './progress/screen.ts'

const shownRefusals = 5

/** @param boss  halted: it reads what it is given, and starts nothing */
export async function dryRun(
  boss: Boss<AnyWorker>,
  { inputs, common }: Inputs,
  screen: Screen,
): Promise<number> {
  let accepted = 0
  let refused = 0
  const refuse = (why: string, line: number) => {
    if (++refused <= shownRefusals) screen.say(`line ${line} would be refused: ${why}`)
  }
  const feeder = new Feeder({
    inputs,
    room: () => 1024,
    give: (given, { line }) => {
      try {
        const id = boss.give({ ...common, ...given } as never)
        boss.cancel(id)
        accepted++
      } catch (error) {
        if (!(error instanceof RxbossError)) throw error
        refuse(error.failure.why, line)
      }
    },
    refuse: ({ why }, { line }) => refuse(why, line),
  })
  await feeder.feed()
  await boss.stopThemWorking()
  if (refused > shownRefusals) screen.say(`and ${refused - shownRefusals} more`)
  screen.say(`dry run: ${accepted} accepted, ${refused} refused`)
  return exitCodeOfFailures(refused)
}
