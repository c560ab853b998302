import { expose, transfer } from 'comlink'

import * as tasks from '../tasks.mjs'

expose({ ...tasks, buf: buffer => transfer(tasks.buf(buffer), [buffer]) })
