/** Options of `run`: what comes out. */

import { Option } from 'commander'

import { choice } from './value-kinds.ts'

export const outputOptions = (): readonly Option[] => [
  choice('--format <format>', 'what is printed: reports, results as JSON, results as text, a table', [
    'ndjson',
    'results',
    'text',
    'csv',
    'tsv',
  ]),
  new Option('--print <template>', "print of each result what a template says: '{result.sha256}  {path}'"),
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
