/** The file that a thread of the command starts with: as in any crew of threads, but descriptors 0 and 1 are the command's. */

import { guardDescriptors } from './guard-descriptors.ts'

guardDescriptors()
await import('../crew/threads/supplied-entry.ts')
