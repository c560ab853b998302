/** Options of `run`: what may start now. */

import { Option } from 'commander'

import { parseDuration, parseRate, parseSize } from '../units.ts'
import { choice, percentage, read, repeatable, sizeOrPercent, whole } from './value-kinds.ts'

export const startsOptions = (): readonly Option[] => [
  read(
    '--max-memory <size>',
    "the sum of what runs takes at most so much: 8G, or 75% of the machine's memory",
    sizeOrPercent,
  ),
  read('--task-memory <size>', 'what an instruction takes that does not say', parseSize),
  read(
    '--memfree <size>',
    'start nothing while less memory is free; below half of it, the youngest waits again',
    parseSize,
  ),
  read('--load <percent>', 'start nothing while the machine is busier', percentage),
  read('--delay <time>', 'at least so long between two starts', parseDuration),
  read('--rate <rate>', 'at most so many starts: 100/s, 30/m', parseRate),
  read('--at-most <n>', 'at most so many at once with the same value of the attribute of --per', whole(1)),
  new Option('--per <attribute>', '--at-most and --rate hold for each of its values'),
  repeatable(
    '--resource <name=parts>',
    'what there is: licence=3, or gpu=0,1 by name; work is told which it has',
  ),
  repeatable('--needs <name=n>', 'how much of a resource an instruction takes that does not say'),
  repeatable('--exclusive <attribute>', 'never two at once with the same value of this attribute'),
  repeatable('--sticky <attribute>', 'the same value goes to the same worker, where it can'),
  new Option('--deadline', 'the earliest deadline first, then --order'),
  choice('--order <order>', 'who starts first', ['longest', 'priority', 'deadline', 'shuffle']),
]
