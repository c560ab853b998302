/** Who asked for one instruction, and is told what becomes of it, besides those who watch `reports$`. */

import type { Report } from '../words/report.ts'

export interface Asker {
  /** Whether the boss keeps its final report as well. */
  readonly keep: boolean
  /** Told of each report, after `reports$`. Never throws. */
  told(report: Report): void
}
