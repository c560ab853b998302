/** Options of `run`: what people see. */

import { Option } from 'commander'

import { parseDuration } from '../units.ts'
import { choice, read } from './value-kinds.ts'

export const peopleOptions = (): readonly Option[] => [
  choice('--progress <view>', 'how progress is shown', ['auto', 'tty', 'plain', 'json', 'none']).default(
    'auto',
  ),
  new Option('-q, --quiet', 'no progress and no summary'),
  new Option('--json', 'events as NDJSON instead of text (--progress json)'),
  choice('--color <when>', 'colours', ['auto', 'always', 'never']).default('auto'),
  new Option('--ascii', 'no symbols beyond ASCII'),
  read('--interval <time>', 'between two lines of plain progress', parseDuration).default(10_000, '10s'),
  new Option('--explain', 'where nothing ends for 10 s: what holds back who waits longest'),
  new Option('--no-summary', 'no summary'),
  new Option('--tag', "what workers print carries the instruction's name"),
  new Option('--line-buffer', 'what workers print comes line by line, not grouped by instruction'),
]
