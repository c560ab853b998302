/** Options of `run`: how the work is done. */

import { Option } from 'commander'

import { parseHalt } from '../halt.ts'
import { parseDuration, parseDurations, parseRate, parseSize } from '../units.ts'
import { choice, codes, jobsOption, read, repeatable, timeout, whole } from './value-kinds.ts'

export const workOptions = (): readonly Option[] => [
  jobsOption('how many at once: N, +N or -N beside the cores, N% of them, 0 for as many as possible'),
  new Option('--jobs-file <file>', 'the same from a file, which is read again every second'),
  choice('--crew <crew>', 'where workers live', ['threads', 'processes', 'inline']).default('threads'),
  new Option('--command <words>', 'a worker in another language: what starts it, in place of its #! line'),
  read('--ahead <n>', 'a program is handed so many instructions before it needs them', whole(0)),
  new Option('--redis <url>', 'work on other machines, by a queue on Redis: redis://host:6379').env(
    'RXBOSS_REDIS',
  ),
  new Option('--queue <name>', 'which queue; consumers are started with rxboss work'),
  read('--pack <n>', 'with a queue: so many instructions in one job, where they are tiny', whole(1)),
  read(
    '--halt <rule>',
    'never, or when and why to end early: soon,fail=1  now,success=3  soon,done=10%',
    parseHalt,
  ),
  read('--retries <n>', 'so many more attempts after a crash, out of memory or a timeout', whole(0)),
  read(
    '--backoff <range>',
    'wait before another attempt: doubles within the range, as in 200ms..30s',
    parseDurations,
  ),
  read('--retry-on <codes>', 'repeat other failures as well, as in threw', codes),
  read('--timeout <limit>', 'of the work: 30s, or 200% of the median so far', timeout),
  read('--queue-timeout <time>', 'cancel what has not begun after so long', parseDuration),
  read('--grace <time>', 'between asking a worker to stop and terminating it', parseDuration),
  read(
    '--start-timeout <time>',
    'a worker that is not ready after so long has failed to start',
    parseDuration,
  ),
  read('--drain <time>', 'when asked to end, stop what still runs after so long', parseDuration),
  read('--supervise <rate>', 'give up after more deaths that no instruction is blamed for: 5/1m', parseRate),
  read('--heap <size>', 'the most memory of a worker', parseSize),
  new Option('--wd <dir>', 'where commands of shell are run'),
  repeatable('--env <name=value>', 'in the environment of workers and of what they start'),
  read('--nice <n>', 'run at this lower priority, 0 to 19', whole(0)),
]
