/** An instruction as it was read, byte by byte, with what `--common` added to it: fit to be given again. */

import { toJson } from '../../words/to-json.ts'

/**
 * @param text  a JSON object
 * @param given  what it says
 * @param common  values for those that have none of their own
 */
export function givenAsRead(
  text: string,
  given: Readonly<Record<string, unknown>>,
  common: readonly (readonly [string, unknown])[],
): string {
  const added = common.filter(([name]) => given[name] === undefined)
  const line = text.trim().replace(/[\r\n]+/g, ' ')
  if (added.length === 0) return line
  const members = added.map(([name, value]) => `${JSON.stringify(name)}:${toJson(value)}`).join(',')
  return `${line.slice(0, -1)}${Object.keys(given).length > 0 ? ',' : ''}${members}}`
}
