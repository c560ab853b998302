import { serve } from 'rxboss/worker'

import { buf, cpu, noop } from './rxboss-workers.mjs'

serve([noop, buf, cpu])
