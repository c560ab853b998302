/** The file that each Web Worker runs. */

import { serve } from 'rxboss/worker'

import mandelbrot from './mandelbrot.ts'

serve([mandelbrot])
