import { expose, Transfer } from 'threads/worker'

import * as tasks from '../tasks.mjs'

const buf = buffer => Transfer(tasks.buf(buffer), [buffer])
expose({ ...tasks, buf })
