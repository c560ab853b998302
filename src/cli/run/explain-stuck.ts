/** `--explain`: where nothing is settled for ten seconds though something waits, it is said what holds back who waits longest. */

import { type AnyWorker, type Boss, explain } from '../../index.ts'
import { stuckAfterMs } from '../limits.ts'

/**
 * Looks until the boss has ended. Nothing is asked of the rules while instructions are settled.
 *
 * @param say   prints a line on stderr
 * @param afterMs  tests do not wait ten seconds
 */
export function explainStuck(
  boss: Boss<AnyWorker>,
  say: (text: string) => void,
  afterMs = stuckAfterMs,
): void {
  let timer: ReturnType<typeof setTimeout>
  const look = () => {
    const { pump, phase } = boss.state
    const longest = phase === 'live' && pump === 'on' ? explain(boss) : undefined
    if (longest !== undefined) say(`nothing has ended for ${afterMs / 1000} s: ${longest.words}`)
    timer.refresh()
  }
  timer = setTimeout(look, afterMs)
  timer.unref()
  boss.reports$.subscribe(({ kind }) => {
    if (kind !== 'interim') timer.refresh()
  })
  boss.exit$.subscribe(() => clearTimeout(timer))
}
