import { parentPort } from 'node:worker_threads'

import { expose, transfer } from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'

import * as tasks from '../tasks.mjs'

const buf = buffer => transfer(tasks.buf(buffer), [buffer])
expose({ ...tasks, buf }, nodeEndpoint(parentPort))
