/** Options of `run`: the page. */

import { Option } from 'commander'

import { parseDuration } from '../units.ts'
import { read, repeatable, whole } from './value-kinds.ts'

export const browserOptions = (): readonly Option[] => [
  new Option('--dashboard', 'a page that shows the run and controls it; its address is printed'),
  read('--port <n>', 'where the page is served; by default any that is free', whole(0)),
  new Option('--host <address>', 'other than 127.0.0.1: seen from other machines, without controls'),
  repeatable('--allowed-host <name>', 'another name under which the page may be asked for'),
  new Option('--readonly', 'the page has no controls'),
  new Option('--remote-control', 'with --host, controls from other machines too'),
  new Option('--open', 'open the page in a browser'),
  read('--linger <time>', 'how long the page stays after the end; with --open, until Ctrl-C', parseDuration),
]
