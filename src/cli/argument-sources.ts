/**
 * `:::` and `::::`, as GNU parallel has them: what stands behind them is no option, but values.
 *
 *     run shell 'echo {}' ::: a b c          three records of one value
 *     run shell 'echo {1}{2}' ::: a b ::: 1 2    each with each: four records of two values
 *     run shell 'echo {1}{2}' ::: a b :::+ 1 2   paired with those before: two records
 *     run digest :::: names.txt              the lines of a file; `-` is stdin
 */

export interface ArgumentSource {
  readonly words: readonly string[]
  /** The words are files, whose lines are the values. */
  readonly areFiles: boolean
  /** Each value goes with one of the source before. */
  readonly isPaired: boolean
}

const marks = [':::', '::::', ':::+', '::::+']

/** What is for options, and what is values. @param args  of a command, as they were typed */
export function splitSources(args: readonly string[]): {
  readonly args: readonly string[]
  readonly sources: readonly ArgumentSource[]
} {
  const first = args.findIndex(arg => marks.includes(arg))
  if (first === -1) return { args, sources: [] }
  const sources: { words: string[]; areFiles: boolean; isPaired: boolean }[] = []
  for (const word of args.slice(first)) {
    if (marks.includes(word))
      sources.push({ words: [], areFiles: word.startsWith('::::'), isPaired: word.endsWith('+') })
    else sources.at(-1)?.words.push(word)
  }
  return { args: args.slice(0, first), sources }
}
