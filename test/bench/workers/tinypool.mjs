import Tinypool from 'tinypool'

import * as tasks from '../tasks.mjs'

export const { noop, echo, cpu, fatal } = tasks
export const buf = buffer => Tinypool.move(tasks.buf(buffer))
