/** What was granted, as environment variables: programs that work starts find their part there. */

import type { Granted } from './scheduler.ts'

/** `{ gpu: ['0', '1'] }` is `RXBOSS_GPU=0,1`, and the same in the variable that somebody named for it. */
export function environmentOf(
  granted: Granted,
  named: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {}
  for (const [name, parts] of Object.entries(granted)) {
    const value = parts.join(',')
    variables[`RXBOSS_${name.toUpperCase().replace(/[^A-Z0-9_]/g, '_')}`] = value
    const own = named[name]
    if (own !== undefined) variables[own] = value
  }
  return variables
}
