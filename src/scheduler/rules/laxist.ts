/** No limit: everything starts at once. taylorism's LaxistScheduler. */

import type { AnyScheduler } from '../scheduler.ts'

/**
 * No limit of its own: as many as the crew has room for.
 *
 * @example
 * new Boss({ workers: [sleep], crew: inline(), scheduler: laxist() })
 */
export const laxist = (): AnyScheduler => ({ name: 'laxist', concurrency: Infinity })
