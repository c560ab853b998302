/** The manual page, made of the same definition as parsing and help. */

import type { Command, Option } from 'commander'

import { examples, exitStatus, interrupting, streams } from './help-texts.ts'
import { optionsOf } from './option-kind.ts'

export function manualPage(program: Command, version: string): string {
  return `${[
    `.TH RXBOSS 1 "" "rxboss ${version}" "User Commands"`,
    '.SH NAME',
    `rxboss \\- ${text('run workers over a stream of instructions, in parallel')}`,
    '.SH SYNOPSIS',
    ...program.commands.flatMap(command => [
      '.B rxboss',
      text(`${command.name()} ${command.usage()}`),
      '.br',
    ]),
    '.SH DESCRIPTION',
    text(program.description()),
    '.PP',
    text(streams),
    ...program.commands.flatMap(commandSection),
    '.SH EXIT STATUS',
    ...exitStatus.flatMap(([code, why]) => ['.TP', `.B ${text(code)}`, text(why)]),
    '.SH SIGNALS',
    text(interrupting),
    '.SH EXAMPLES',
    ...Object.values(examples)
      .flat()
      .flatMap(example => ['.PP', '.nf', `.RS 4`, text(example), '.RE', '.fi']),
  ].join('\n')}\n`
}

function commandSection(command: Command): string[] {
  const lines = [`.SH ${command.name().toUpperCase()}`, text(command.description())]
  for (const argument of command.registeredArguments) {
    lines.push('.TP', `.I ${text(argument.name())}`, text(argument.description))
  }
  let group: string | undefined
  for (const option of optionsOf(command)) {
    if (option.helpGroupHeading !== undefined && option.helpGroupHeading !== group) {
      group = option.helpGroupHeading
      lines.push(`.SS ${text(group.replace(/:$/, ''))}`)
    }
    lines.push('.TP', `.B ${text(option.flags)}`, text(describe(option)))
  }
  return lines
}

function describe(option: Option): string {
  const choices = option.argChoices === undefined ? '' : ` (${option.argChoices.join(', ')})`
  const value =
    option.defaultValueDescription ??
    (typeof option.defaultValue === 'string' ? option.defaultValue : undefined)
  return `${option.description}${choices}${value === undefined ? '' : `. Default: ${value}`}`
}

/** Text that troff takes for text. */
const text = (plain: string): string =>
  plain
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1')
    .replaceAll('"', '\\(dq')
