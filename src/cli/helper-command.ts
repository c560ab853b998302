/** `rxboss helper`: prints what a program in another language imports. */

import { readFileSync } from 'node:fs'

import { helperFile } from '../entries/programs.ts'
import { RunError } from './exit-codes.ts'

/** @throws {RunError} when there is none for this language */
export function helperFor(language: string): string {
  try {
    return readFileSync(helperFile(language), 'utf8')
  } catch (error) {
    throw new RunError((error as Error).message, { cause: error })
  }
}
