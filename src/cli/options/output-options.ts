/** Options of `run`: what comes out. */

import { Option } from 'commander'

export const outputOptions = (): readonly Option[] => [
  new Option('-k, --keep-order', 'reports in the order of the input'),
  new Option('--interim', 'interim reports as well'),
  new Option('--failures <file>', 'write failed instructions, to be given again'),
  new Option('--joblog <file>', "write a job log in GNU parallel's columns; +FILE appends"),
  new Option('--results <dir>', 'write DIR/<key or id>.json for each final report'),
  new Option('--events <file>', 'write what happens, an event as JSON on each line'),
  new Option('--trace <file>', 'write a trace that Perfetto and chrome://tracing open; FILE.gz is zipped'),
  new Option('--trace-flows', 'in the trace, an arrow from where each is accepted to where it starts'),
  new Option('--report <file>', 'write the run as an HTML file, to be looked at later'),
]
