/** What is posted to `api/control`, understood and done. */

import { type Command, controls } from './page-protocol.ts'

/** @returns `undefined`: it is none of them */
export function commandIn(body: string): Command | undefined {
  let said: unknown
  try {
    said = JSON.parse(body)
  } catch {
    return undefined // no JSON, so no command
  }
  if (typeof said !== 'object' || said === null) return undefined
  const { type, id, group } = said as { type?: unknown; id?: unknown; group?: unknown }
  const isId = Number.isSafeInteger(id)
  if (type === 'cancel') return isId ? { type, id: id as number } : undefined
  if (type === 'retry')
    return {
      type,
      ...(isId && { id: id as number }),
      ...(typeof group === 'string' && { group }),
    }
  const control = controls.find(control => control === type)
  return control === undefined ? undefined : { type: control }
}
