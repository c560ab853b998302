/**
 * Which of Node's arguments reach a child process or a thread. That is another program in the same Node: flags of this one hold there as well, but
 * neither what makes it *this* program (`--eval`, `--print`, `--input-type`), nor a debugger's, which would stop every child.
 */

const alone = [
  /^--inspect(-brk|-wait)?(=|$)/,
  /^--(inspect-port|debug-port|inspect-publish-uid|input-type|eval|print)=/,
  /^(-i|--interactive|-c|--check)$/,
]
const withValue =
  /^(-e|-p|-pe|--eval|--print|--input-type|--inspect-port|--debug-port|--inspect-publish-uid)$/

/** Arguments of Node without those that are this program's alone. */
export function forChild(nodeArguments: readonly string[]): string[] {
  const kept: string[] = []
  for (let i = 0; i < nodeArguments.length; i++) {
    const argument = nodeArguments[i] as string
    if (withValue.test(argument)) i++
    else if (!alone.some(pattern => pattern.test(argument))) kept.push(argument)
  }
  return kept
}

/** An environment in which `NODE_OPTIONS` brings no debugger along. */
export function environmentForChild(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const options = env.NODE_OPTIONS
  if (options === undefined || !/--(inspect|debug)/.test(options)) return env
  // As Node reads it: spaces part, but not in double quotes.
  const parts = options.match(/(?:"(?:\\.|[^"])*"|[^\s"])+/g) ?? []
  return { ...env, NODE_OPTIONS: forChild(parts).join(' ') }
}
