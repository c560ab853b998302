/**
 * The options of `run`: one table, of which parsing, `--help`, completion and the manual page are made, and against which the
 * guide is checked.
 *
 * No option takes an *optional* value: it would swallow the worker's name.
 */

import type { Option } from 'commander'

import { browserOptions } from './browser-options.ts'
import { inputOptions } from './input-options.ts'
import { laterOptions } from './later-options.ts'
import { outputOptions } from './output-options.ts'
import { peopleOptions } from './people-options.ts'
import { startsOptions } from './starts-options.ts'
import { workOptions } from './work-options.ts'

/** By what they are about, in the order in which they are shown. */
export const runOptions = (): Readonly<Record<string, readonly Option[]>> => ({
  Input: inputOptions(),
  Work: workOptions(),
  'To go on later': laterOptions(),
  'What may start': startsOptions(),
  Output: outputOptions(),
  'In the browser': browserOptions(),
  'For people, on stderr': peopleOptions(),
})
