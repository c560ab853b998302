/** What kind of value an option takes, as completion and the manual need to know. */

import type { Command, Option } from 'commander'

export type ValueKind = 'none' | 'file' | 'folder' | 'choice' | 'free'

export function valueKindOf(option: Option): ValueKind {
  if (!option.required && !option.optional) return 'none'
  if (option.argChoices !== undefined) return 'choice'
  if (option.flags.includes('<file>')) return 'file'
  return option.flags.includes('<dir>') ? 'folder' : 'free'
}

/** `-j`, `--jobs`: the forms of an option. */
export const formsOf = ({ short, long }: Option): readonly string[] =>
  [short, long].filter(form => form !== undefined && form !== null) as string[]

/** The options of a command as they are shown, `--help` included. */
export const optionsOf = (command: Command): readonly Option[] => command.createHelp().visibleOptions(command)
