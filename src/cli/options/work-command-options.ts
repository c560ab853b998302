/** The options of `work`. */

import { Option } from 'commander'

import { parseDuration } from '../units.ts'
import { choice, jobsOption, read } from './value-kinds.ts'

export const workCommandOptions = (): readonly Option[] => [
  new Option('--redis <url>', 'where the queue is, as in redis://host:6379').env('RXBOSS_REDIS'),
  new Option('--queue <name>', 'which queue').default('rxboss'),
  new Option('--prefix <text>', 'what all keys of the queue begin with').default('bull'),
  jobsOption('how many jobs at once: N, +N or -N beside the cores, N% of them'),
  choice('--crew <crew>', 'where the work is done', ['threads', 'processes', 'inline']).default('threads'),
  read(
    '--lock <time>',
    'without a sign of this machine for so long, its jobs count as crashed',
    parseDuration,
  ).default(10_000, '10s'),
  read('--grace <time>', 'when asked to stop: after so long, what still runs is cut', parseDuration),
  new Option('-q, --quiet', 'say nothing but what went wrong'),
]
