/** A record that cannot become an instruction, and how it began. */

import { shownCharacters } from '../limits.ts'

export class BadRecord {
  readonly why: string
  readonly remedy: string
  /** Its first characters. */
  readonly text: string

  constructor(why: string, text: string, remedy = 'Correct this record') {
    this.why = why
    this.text = text.slice(0, shownCharacters)
    this.remedy = remedy
  }
}
