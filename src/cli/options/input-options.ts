/** Options of `run`: where instructions come from. */

import { Option } from 'commander'

import { parseDelimiter, parseFormat } from '../input/format.ts'
import { parseSize } from '../units.ts'
import { batch, lineSize, read, repeatable, whole } from './value-kinds.ts'

export const inputOptions = (): readonly Option[] => [
  repeatable(
    '--each <name=values>',
    'a value for each instruction: a,b,c, 1..9, a JSON array, @file (by lines), @- or a glob; several are paired',
  ),
  new Option('--cross', 'each value of one --each with each of the others'),
  repeatable('--common <name=value>', 'a value for every instruction that has none of its own'),
  repeatable('-a, --from <file>', 'read records from a file instead of stdin (-)'),
  read(
    '--input <format>',
    'ndjson, json (one array), csv, tsv (with a header), lines=NAME; by default by extension, else ndjson',
    parseFormat,
  ),
  new Option('-0, --null', 'lines end with NUL, as find -print0 writes them (--input lines0)'),
  read('--delimiter <character>', 'what parts the cells of a table; by default guessed', parseDelimiter),
  new Option('--no-header', 'the first row of a table is a record; give --columns'),
  read(
    '--columns <names>',
    'names of the columns, where there is no header, or of the values behind :::',
    text => text.split(','),
  ),
  read('--max-line <size>', 'longest line accepted, at most 512M', lineSize).default(16 * 2 ** 20, '16M'),
  read('--batch <name=n>', 'so many records become one instruction, a list of them', batch),
  new Option(
    '--pipe',
    'stdin in blocks: a worker reads the records of a whole block; a command of shell has it as its stdin',
  ),
  new Option(
    '--pipepart <file>',
    'the same of a file, which workers read by themselves: one big file at the speed of all cores',
  ),
  read('--block <size>', 'about how long a block is, with --pipe and --pipepart; 1M', parseSize),
  read('--skip <n>', 'pass over so many records', whole(0)),
  read('--limit <n>', 'read so many records, and no more', whole(0)),
  read('--total <n>', 'how many records there will be, for progress and --halt', whole(0)),
  new Option('--name <template>', "what instructions are called, as in 'resize {path}'"),
  new Option('--dry-run', 'read and check every record, start no worker'),
]
