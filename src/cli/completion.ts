/** Completion scripts, made of the same definition as parsing and help. */

import type { Command, Option } from 'commander'

import { UsageError } from './exit-codes.ts'
import { readyMadeNames } from './find-workers.ts'
import { formsOf, optionsOf, valueKindOf } from './option-kind.ts'

/** @throws {UsageError} for a shell that is not known */
export function completionScript(program: Command, shell: string): string {
  if (shell === 'bash') return bash(program)
  if (shell === 'zsh') return zsh(program)
  if (shell === 'fish') return fish(program)
  throw new UsageError(`There is no completion for '${shell}': give bash, zsh or fish`)
}

/** What may stand where a command wants an argument, files aside. */
function argumentsOf(command: Command): readonly string[] {
  const [argument] = command.registeredArguments
  if (argument === undefined) return []
  return argument.argChoices ?? readyMadeNames()
}

const takesFile = (command: Command): boolean =>
  command.registeredArguments[0] !== undefined && command.registeredArguments[0].argChoices === undefined

// -- bash ------------------------------------------------------------------------------------------------------------

function bash(program: Command): string {
  const commands = program.commands.map(command => command.name())
  const cases = program.commands.flatMap(command => bashCases(command))
  return `# rxboss completion for bash: source <(rxboss completion bash)
_rxboss() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in ${commands.join('|')}) command=\${COMP_WORDS[i]}; break;; esac
  done
  COMPREPLY=()
  case "$command $prev" in
${cases.map(line => `    ${line}`).join('\n')}
  esac
  case "$command:$cur" in
${program.commands.map(command => `    ${command.name()}:-*) COMPREPLY=($(compgen -W "${words(command)}" -- "$cur"));;`).join('\n')}
${program.commands.map(command => `    ${command.name()}:*) COMPREPLY=($(compgen ${takesFile(command) ? '-f ' : ''}-W "${argumentsOf(command).join(' ')}" -- "$cur"));;`).join('\n')}
    :-*) COMPREPLY=($(compgen -W "${optionsOf(program).flatMap(formsOf).join(' ')}" -- "$cur"));;
    *) COMPREPLY=($(compgen -W "${commands.join(' ')}" -- "$cur"));;
  esac
}
complete -o filenames -F _rxboss rxboss
`
}

const words = (command: Command): string => optionsOf(command).flatMap(formsOf).join(' ')

/** What follows an option that takes a value. */
function bashCases(command: Command): readonly string[] {
  return optionsOf(command).flatMap(option => {
    const kind = valueKindOf(option)
    if (kind === 'none') return []
    const patterns = formsOf(option)
      .map(form => `"${command.name()} ${form}"`)
      .join('|')
    if (kind === 'choice')
      return [`${patterns}) COMPREPLY=($(compgen -W "${option.argChoices?.join(' ')}" -- "$cur")); return;;`]
    if (kind === 'file') return [`${patterns}) COMPREPLY=($(compgen -f -- "$cur")); return;;`]
    if (kind === 'folder') return [`${patterns}) COMPREPLY=($(compgen -d -- "$cur")); return;;`]
    return [`${patterns}) return;;`]
  })
}

// -- zsh -------------------------------------------------------------------------------------------------------------

function zsh(program: Command): string {
  const list = program.commands.map(command => `    ${quoted(`${command.name()}:${command.description()}`)}`)
  const cases = program.commands.map(command => {
    const specs = [...optionsOf(command).flatMap(zshOption), ...zshArgument(command)]
    return `    ${command.name()})\n      _arguments -s \\\n${specs.map(spec => `        ${spec}`).join(' \\\n')}\n      ;;`
  })
  return `#compdef rxboss
# rxboss completion for zsh: a file _rxboss in a folder of $fpath
_rxboss() {
  local -a commands
  commands=(
${list.join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = _rxboss ]; then _rxboss "$@"; else compdef _rxboss rxboss; fi
`
}

function zshOption(option: Option): readonly string[] {
  const text = option.description.replace(/[[\]:]/g, ' ')
  const value = {
    none: '',
    free: ':value: ',
    file: ':file:_files',
    folder: ':folder:_files -/',
    choice: `:value:(${option.argChoices?.join(' ') ?? ''})`,
  }[valueKindOf(option)]
  return formsOf(option).map(form => quoted(`*${form}[${text}]${value}`))
}

function zshArgument(command: Command): readonly string[] {
  if (command.registeredArguments.length === 0) return []
  const names = argumentsOf(command).join(' ')
  return [
    quoted(
      takesFile(command)
        ? `1:worker:_alternative 'names:worker:(${names})' 'files:file:_files'`
        : `1:value:(${names})`,
    ),
  ]
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

// -- fish ------------------------------------------------------------------------------------------------------------

function fish(program: Command): string {
  const names = program.commands.map(command => command.name())
  const none = `not __fish_seen_subcommand_from ${names.join(' ')}`
  const lines = program.commands.flatMap(command => [
    `complete -c rxboss -f -n ${quoted(none)} -a ${command.name()} -d ${fishQuoted(command.description())}`,
    ...fishArgument(command),
    ...optionsOf(command).map(option => fishOption(command, option)),
  ])
  return `# rxboss completion for fish: ~/.config/fish/completions/rxboss.fish\n${lines.join('\n')}\n`
}

function fishArgument(command: Command): readonly string[] {
  if (command.registeredArguments.length === 0) return []
  const files = takesFile(command) ? '-F' : '-f'
  return [
    `complete -c rxboss ${files} -n '__fish_seen_subcommand_from ${command.name()}' -a ${fishQuoted(argumentsOf(command).join(' '))}`,
  ]
}

function fishOption(command: Command, option: Option): string {
  const forms = formsOf(option).map(form =>
    form.startsWith('--') ? `-l ${form.slice(2)}` : `-s ${form.slice(1)}`,
  )
  const value = {
    none: '',
    free: ' -x',
    file: ' -r -F',
    folder: ` -x -a '(__fish_complete_directories)'`,
    choice: ` -x -a ${fishQuoted(option.argChoices?.join(' ') ?? '')}`,
  }[valueKindOf(option)]
  return `complete -c rxboss -n '__fish_seen_subcommand_from ${command.name()}' ${forms.join(' ')}${value} -d ${fishQuoted(option.description)}`
}

const fishQuoted = (text: string): string => `'${text.replace(/[\\']/g, one => `\\${one}`)}'`
