/** For a thread that is supplied, and whose program names files: as the entry of our own threads, met by a handshake. */

import { answerHandshake } from '../place/handshake.ts'
import { loadDefinitions } from '../place/load-worker.ts'
import { mainSide } from '../place/thread-place.ts'
import { entryOf } from '../place/thread-side.ts'

answerHandshake(mainSide(), entryOf(loadDefinitions))
