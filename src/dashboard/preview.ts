/** Any value in a few lines of text: three levels deep, 512 characters at most. Never throws, runs no getter. */

import { inspect } from 'node:util'
import { longestPreview } from './limits.ts'

export function preview(value: unknown): string {
  let text: string
  try {
    text = inspect(value, {
      depth: 3,
      maxArrayLength: 20,
      maxStringLength: 200,
      breakLength: 80,
      customInspect: false,
    })
  } catch (error) {
    text = `(cannot be shown: ${String(error)})`
  }
  return text.length > longestPreview ? `${text.slice(0, longestPreview - 1)}…` : text
}
