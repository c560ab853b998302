import * as worker from 'rxboss/worker'

import { definitions } from '../workers/definitions.mjs'

export const { noop, buf, cpu } = definitions(worker, import.meta)
