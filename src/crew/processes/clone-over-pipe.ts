/** How a value is cloned on its way through the channel of a child: by V8, which knows fewer of the platform's objects than threads do. */

import { deserialize, serialize } from 'node:v8'

import type { Clone } from '../../words/survey.ts'

export const cloneOverPipe: Clone = value => deserialize(serialize(value))

/** Deno's channel drops what cannot be cloned without a word; everywhere else sending it throws. @throws as V8 does */
export const mustCross: (message: unknown) => void =
  'Deno' in globalThis ? message => void serialize(message) : () => {}
