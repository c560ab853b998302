import { move } from 'piscina'

import * as tasks from '../tasks.mjs'

export const { noop, echo, cpu, fatal } = tasks
export const buf = buffer => move(tasks.buf(buffer))
