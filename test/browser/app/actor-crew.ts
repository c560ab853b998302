/** The worker file of the page's actors. */

import { serveActors } from 'rxboss'

import { summer } from './actors.js'

serveActors([summer])
