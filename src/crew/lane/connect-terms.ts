/** What a lane tells its place as it is connected, be that a thread or a child process. */

import type { LaneTerms } from '../crew.ts'
import type { Pace } from './pace.ts'
import { type ConnectTerms, clockBase } from './wire.ts'

export function connectTerms(
  { ticket, definitions, hooks }: LaneTerms,
  paces: readonly Pace[],
  { tellHeap, spinUs = 0 }: { readonly tellHeap: boolean; readonly spinUs?: number | undefined },
): ConnectTerms {
  return {
    ticket,
    definitions: definitions.map(({ name, url }, i) => ({
      name,
      url,
      cautious: paces[i]?.cautious ?? false,
    })),
    hooks,
    clockBase: clockBase(),
    tellHeap,
    spinUs,
  }
}
