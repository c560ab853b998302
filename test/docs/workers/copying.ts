/** The same without a worker: for pages about the operator `schedule`. */

import { copyFile } from 'node:fs/promises'

import type { Pending } from 'rxboss'
import { of } from 'rxjs'

interface Files {
  readonly input: string
  readonly output: string
}

export const files$ = of<Files[]>({ input: 'a', output: 'b' }, { input: 'b', output: 'c' })

export const perform = ({ instruction: { input, output } }: Pending<Files>): Promise<void> =>
  copyFile(input, output)
