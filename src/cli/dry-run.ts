/**
 * `--dry-run`: every record is decoded as it would be, and none is worked on. The first instructions are shown as they would be;
 * of command lines all, as they could be typed.
 */

import { type AnyWorker, type Boss, RxbossError } from '../index.ts'
import { toJson } from '../words/to-json.ts'
import { exitCodeOfFailures } from './exit-codes.ts'
import { Feeder } from './feeder.ts'
import type { Inputs } from './input/open-inputs.ts'
import { shownRefusals } from './limits.ts'
import type { LineWriter } from './output/line-writer.ts'
import type { Screen } from './progress/screen.ts'

const shownInstructions = 10

interface Shown {
  readonly screen: Screen
  readonly stdout: LineWriter
}

/** @param boss  halted: it reads what it is given, and starts nothing */
export async function dryRun(
  boss: Boss<AnyWorker>,
  { inputs, common }: Inputs,
  { screen, stdout }: Shown,
): Promise<number> {
  let accepted = 0
  let refused = 0
  const refuse = (why: string, line: number) => {
    if (++refused <= shownRefusals) screen.say(`line ${line} would be refused: ${why}`)
  }
  let untold = 0
  const show = (instruction: Readonly<Record<string, unknown>>, line: number) => {
    if (typeof instruction.title === 'string') stdout.line(`${instruction.title}\n`)
    else if (accepted > shownInstructions) untold++
    else screen.say(`line ${line} would be ${toJson(instruction)}`)
  }
  const feeder = new Feeder({
    inputs,
    room: () => (stdout.pressed ? 0 : 1024),
    give: (given, { line }) => {
      const instruction = { ...common, ...given }
      try {
        const id = boss.give(instruction as never)
        boss.cancel(id)
        accepted++
      } catch (error) {
        if (!(error instanceof RxbossError)) throw error
        return refuse(error.failure.why, line)
      }
      show(instruction, line)
    },
    refuse: ({ why }, { line }) => refuse(why, line),
  })
  stdout.onRelief = () => feeder.wake()
  await feeder.feed()
  await boss.stopThemWorking()
  await stdout.written()
  if (refused > shownRefusals) screen.say(`and ${refused - shownRefusals} more`)
  if (untold > 0) screen.say(`and ${untold} more`)
  screen.say(`dry run: ${accepted} accepted, ${refused} refused`)
  return exitCodeOfFailures(refused)
}
