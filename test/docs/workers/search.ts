/** Counts the words that contain a text: what a search field asks for. */

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'search',
  attr: { text: t.string, words: t.array(t.string) },
  work: ({ text, words }) => words.filter(word => word.includes(text)).length,
})
