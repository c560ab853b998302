/** No limit: everything starts at once. The seed's LaxistScheduler. */

import type { Scheduler } from './scheduler.ts'

export const laxist = (): Scheduler => ({ name: 'laxist', concurrency: Infinity })
