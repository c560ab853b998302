/**
 * Command lines by lot: a small input, where it comes from and where reports go, and one to five options. Each must end in
 * time, with an exit code as documented, a report for each record, and its input as it was.
 */

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { main, plain, worker } from '../command.ts'
import { type SmallInput, smallInputs } from './inputs.ts'

export interface CommandLine {
  readonly seed: number
  readonly input: SmallInput
  readonly stdin: 'argument' | 'file' | 'pipe' | 'terminal' | 'closed' | 'nowhere'
  readonly stdout: 'file' | 'pipe' | 'head' | 'full' | 'closed' | 'terminal'
  readonly stderr: 'file' | 'closed' | 'full'
  readonly options: readonly string[]
}

/** Numbers by lot, the same for the same seed: 0 or more, below 1. */
export function lots(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

type Pick = <T>(...choices: readonly T[]) => T

/** Each may come once. `OUT` is a folder of its own. */
const options: readonly ((pick: Pick) => readonly string[])[] = [
  () => ['-k'],
  pick => ['-j', pick('1', '2', '3', '+1', '-9', '200%', '0')],
  pick => ['--crew', pick('threads', 'inline', 'inline', 'processes')],
  pick => [
    '--halt',
    pick('never', 'soon,fail=1', 'now,fail=2', 'now,success=1', 'soon,done=50%', 'soon,fail=10%'),
  ],
  pick => ['--retries', pick('0', '1', '2')],
  pick => ['--retry-on', pick('threw', 'threw,crashed')],
  () => ['--backoff', '1ms..5ms'],
  pick => ['--timeout', pick('5s', '300%')],
  () => ['--queue-timeout', '10s'],
  () => ['--grace', '100ms'],
  () => ['--interim'],
  () => ['--failures', 'OUT/failures'],
  () => ['--joblog', 'OUT/joblog'],
  () => ['--results', 'OUT/results'],
  pick => ['--events', pick('OUT/events', 'OUT/events.gz')],
  () => ['--trace', 'OUT/trace', '--trace-flows'],
  () => ['--report', 'OUT/report.html'],
  () => ['--journal', 'OUT/journal'],
  () => ['--delay', '1ms'],
  () => ['--rate', '500/s'],
  pick => ['--max-memory', pick('50%', '1G')],
  () => ['--task-memory', '1M'],
  () => ['--memfree', '1M'],
  () => ['--load', '10000%'],
  pick => ['--order', pick('longest', 'priority', 'shuffle')],
  pick => ['--exclusive', pick('n', 'ms')],
  pick => ['--total', pick('0', '5', '100000')],
  pick => ['--name', pick('x', '[n#none]', '[nope]', '[n')],
  pick => ['--common', pick('priority=2', 'ms=1', 'n=7', 'print=x')],
  () => ['--dry-run'],
  pick => ['--max-line', pick('1K', '16M')],
  pick => ['--progress', pick('plain', 'none', 'json', 'tty')],
  () => ['--interval', '50ms'],
  () => ['-q'],
  () => ['--json'],
  () => ['--no-summary'],
  () => ['--ascii'],
  () => ['--color', 'always'],
  () => ['--tag'],
  () => ['--line-buffer'],
  pick =>
    pick(['--resume'], ['--nope'], ['--retries', '-1'], ['--exclusive', 'nope'], ['--failures', 'INPUT']),
]

/** The command line of this seed. */
export function commandLine(seed: number): CommandLine {
  const lot = lots(seed)
  const pick: Pick = (...choices) => choices[Math.floor(lot() * choices.length)] as (typeof choices)[number]
  const often = <T>(usual: readonly T[], rare: readonly T[]): T =>
    lot() < 0.85 ? pick(...usual) : pick(...rare)
  const left = [...options]
  const count = 1 + Math.floor(lot() * 5)
  const chosen = Array.from({ length: count }, () => left.splice(Math.floor(lot() * left.length), 1))
  const input = pick(...smallInputs)
  const stdin = often<CommandLine['stdin']>(['argument', 'file', 'pipe'], ['terminal', 'closed', 'nowhere'])
  return {
    seed,
    input,
    // A shell that cannot redirect starts nothing.
    stdin: input.name === 'missing.ndjson' && stdin === 'file' ? 'argument' : stdin,
    stdout: often<CommandLine['stdout']>(['file', 'pipe'], ['head', 'full', 'closed', 'terminal']),
    stderr: often<CommandLine['stderr']>(['file'], ['closed', 'full']),
    options: chosen.flat().flatMap(option => option(pick)),
  }
}

export interface Ran {
  /** As a shell would be given it. */
  readonly text: string
  readonly code: number | null
  readonly inTime: boolean
  readonly out: string
  readonly err: string
}

const boundMs = 30_000
/** A third of what a command takes is to compile it, which newer Nodes need to do once. */
const compiledOnce = { NODE_COMPILE_CACHE: join(tmpdir(), 'rxboss-random-compiled') }
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** @param folder  of the inputs. @param scratch  a folder of its own, which is made and is the caller's to remove */
export async function runLine(line: CommandLine, folder: string, scratch: string): Promise<Ran> {
  rmSync(scratch, { recursive: true, force: true })
  mkdirSync(scratch, { recursive: true })
  const input = join(folder, line.input.name)
  const [out, err] = [join(scratch, 'stdout'), join(scratch, 'stderr')]
  const text = textOf(line, { input, scratch, out, err })
  const env = { ...process.env, ...plain, TERM: 'xterm', CI: undefined, ...compiledOnce }
  const child = spawn('bash', ['-c', text], { env, stdio: 'ignore', detached: true })
  let inTime = true
  const timer = setTimeout(() => {
    inTime = false
    process.kill(-(child.pid as number), 'SIGKILL')
  }, boundMs)
  const code = await new Promise<number | null>(resolve => child.once('exit', resolve))
  clearTimeout(timer)
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '')
  return { text, code, inTime, out: read(out), err: read(err) }
}

interface Places {
  readonly input: string
  readonly scratch: string
  readonly out: string
  readonly err: string
}

function textOf(line: CommandLine, { input, scratch, out, err }: Places): string {
  // What only `cat` reads is no input of the command.
  const known = line.stdin === 'argument' || line.stdin === 'file' ? input : join(scratch, 'failures')
  const own = line.options.map(one => one.replace(/^OUT/, scratch).replace(/^INPUT$/, known))
  const from = line.stdin === 'argument' ? ['-a', input] : formatOf(line.input)
  const args = [main, 'run', worker('any'), ...from, ...(line.input.args ?? []), ...own]
  const command = [process.execPath, ...args].map(quoted).join(' ')
  const stdin =
    { file: `< ${quoted(input)}`, closed: '<&-', nowhere: '< /dev/null' }[line.stdin as 'file'] ?? ''
  const stderr = { file: `2> ${quoted(err)}`, closed: '2>&-', full: '2> /dev/full' }[line.stderr]
  const before = line.stdin === 'pipe' ? `cat ${quoted(input)} 2> /dev/null | ` : ''
  if (line.stdin === 'terminal' || line.stdout === 'terminal') {
    const redirected = line.stdin === 'terminal' ? '' : stdin
    return `script -qec ${quoted(`${before}${command} ${redirected}`)} /dev/null > /dev/null`
  }
  const at = before === '' ? 0 : 1
  switch (line.stdout) {
    case 'file':
      return `${before}${command} ${stdin} ${stderr} > ${quoted(out)}`
    case 'pipe':
      return `${before}${command} ${stdin} ${stderr} | cat > ${quoted(out)}; exit \${PIPESTATUS[${at}]}`
    case 'head':
      return `${before}${command} ${stdin} ${stderr} | head -n1 > ${quoted(out)}; exit \${PIPESTATUS[${at}]}`
    case 'full':
      return `${before}${command} ${stdin} ${stderr} > /dev/full`
    default:
      return `${before}${command} ${stdin} ${stderr} >&-`
  }
}

/** What its name tells where it is an argument must be said where it is stdin. */
function formatOf({ name, args = [] }: SmallInput): readonly string[] {
  const format = /\.(json|csv|tsv)$/.exec(name)?.[1]
  return format === undefined || args.includes('--input') ? [] : ['--input', format]
}

/** What is wrong with how it ended; nothing where all is as it should be. */
export function flawOf(line: CommandLine, { code, inTime, out, err }: Ran): string | undefined {
  if (!inTime) return `it had not ended after ${boundMs} ms`
  const documented = code !== null && (code <= 101 || [141, 254, 255].includes(code))
  if (!documented) return `exit code ${code}`
  // Events as JSON hold the stacks of what failed.
  const said = err.replace(/^\{.*$/gm, '')
  if (/\n {4}at |node:internal|Unhandled|Cannot read propert/.test(said))
    return `a stack trace: ${err.slice(0, 500)}`
  const heard = line.stderr === 'file' && line.stdin !== 'terminal' && line.stdout !== 'terminal'
  if (code >= 254 && heard && err === '') return `exit code ${code} without a word`
  if (line.stdin === 'terminal' || !['file', 'pipe'].includes(line.stdout)) return undefined
  return flawOfReports(line, code, out)
}

function flawOfReports(line: CommandLine, code: number, out: string): string | undefined {
  const reports: { kind: string; line: number; code?: string }[] = []
  for (const text of out.split('\n').filter(one => one !== '')) {
    try {
      reports.push(JSON.parse(text))
    } catch {
      return `a line on stdout that is not JSON: ${text.slice(0, 200)}`
    }
  }
  const finals = reports.filter(({ kind }) => kind !== 'interim')
  if (code > 101 || line.options.includes('--halt') || line.options.includes('--dry-run')) return undefined
  const readsNothing = line.stdin === 'closed' || line.stdin === 'nowhere'
  const records = readsNothing ? 0 : line.input.records
  if (records === undefined)
    return line.stdin === 'pipe' ? undefined : `exit code ${code} for what cannot be read`
  if (finals.length !== records) return `${finals.length} reports of ${records} records`
  const failed = finals.filter(({ kind }) => kind !== 'done').length
  if (code !== Math.min(failed, 101)) return `exit code ${code}, and ${failed} failed`
  const lines = finals.map(one => one.line)
  if (line.options.includes('-k') && lines.some((one, i) => i > 0 && one <= (lines[i - 1] as number)))
    return 'reports out of order'
  return new Set(lines).size === lines.length ? undefined : 'two reports of one record'
}
