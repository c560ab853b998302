/** The worker file of the page. */

import { serve } from 'rxboss/worker'

import { act, negative, paint, square } from './workers.js'

serve([square, act, paint, negative])
