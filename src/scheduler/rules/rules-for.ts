/**
 * The rules that read an instruction's attributes, typed on the instructions of one boss: what the function form of its
 * `scheduler` is given. The others need no type, and are imported where they are used.
 */

import type { Instruction } from '../../words/instruction.ts'
import type { RulesFor } from '../scheduler.ts'
import { atMost } from './at-most.ts'
import { scheduler } from './combine.ts'
import { exclusive } from './exclusive.ts'
import { fairShare } from './fair-share.ts'
import { rateLimit } from './rate-limit.ts'
import { sticky } from './sticky.ts'

export const rulesFor: RulesFor<Instruction<object>> = {
  scheduler,
  exclusive,
  atMost,
  rateLimit,
  fairShare,
  sticky,
}
