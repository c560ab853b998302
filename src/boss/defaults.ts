/** What a boss has where its user says nothing: the only place in `boss/` that knows a backend by name. */

import { threads } from '../crew/threads/threads.ts'
import { maxThreads } from '../scheduler/rules/max-threads.ts'
import { rulesFor } from '../scheduler/rules/rules-for.ts'
import type { Defaults } from './options.ts'

export const defaults: Defaults = {
  crew: options => threads(options),
  scheduler: () => maxThreads(),
  rules: rulesFor,
}
