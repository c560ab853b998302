/** Blocks as the stdin of commands. */

import type { AnyWorker } from '../../index.ts'
import { parseCommon } from '../input/typed.ts'
import { valueReader } from '../input/values.ts'
import type { RunCommandOptions } from '../run-options.ts'
import type { ShellLine } from '../template/shell-line.ts'
import { mustHaveNames, ValuesOfRecord } from '../template/values-of-record.ts'
import type { MakeInstruction } from './block-input.ts'

/** The record of a command line is its block, of which it may name only the number. */
export function commandBlocks(
  line: ShellLine,
  { common = [], lineBuffer, wd }: RunCommandOptions,
  workers: readonly AnyWorker[],
): MakeInstruction {
  mustHaveNames('the command line', line, { known: new Set(), takesSlot: true })
  const given = valueReader(workers)(parseCommon(wd === undefined ? common : [...common, `cwd=${wd}`]).common)
  return (source, number) => {
    const record = new ValuesOfRecord({ block: number }, number)
    return {
      ...given,
      title: line.shownFor(record),
      ...{ command: line.command, args: line.argumentsFor(record), shell: true },
      output: lineBuffer ? 'lines' : 'whole',
      input: 'bytes' in source ? source.bytes : { file: source.file, from: source.from, to: source.to },
    }
  }
}
