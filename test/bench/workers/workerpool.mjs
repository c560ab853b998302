import workerpool from 'workerpool'

import * as tasks from '../tasks.mjs'

const buf = buffer => new workerpool.Transfer(tasks.buf(buffer), [buffer])
workerpool.worker({ ...tasks, buf })
