import { expose, Transfer } from 'threads/worker'

import * as tasks from '../tasks.mjs'

expose({ ...tasks, buf: buffer => Transfer(tasks.buf(buffer), [buffer]) })
