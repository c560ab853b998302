/** No limit: everything starts at once. taylorism's LaxistScheduler. */

import type { Scheduler } from '../scheduler.ts'

/**
 * No limit of its own: as many as the crew has room for.
 *
 * @example
 * new Boss({ workers: [sleep], crew: inline(), scheduler: laxist() })
 */
export const laxist = (): Scheduler => ({ name: 'laxist', concurrency: Infinity })
