/** `rxboss/dashboard`: seeing a run. */

export { type Watching, type WatchOptions, watch } from './inspect/watch.ts'
