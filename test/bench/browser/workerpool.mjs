import workerpool from 'workerpool'

import * as tasks from '../tasks.mjs'

workerpool.worker({ ...tasks, buf: buffer => new workerpool.Transfer(tasks.buf(buffer), [buffer]) })
