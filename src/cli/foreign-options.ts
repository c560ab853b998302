/** What users of GNU parallel and xargs type, and what stands for it here. */

const ours: Readonly<Record<string, string>> = {
  '-P': '-j',
  '--max-procs': '-j',
  '--bar': 'nothing: the bar is there on a terminal (--progress tty)',
  '--eta':
    'nothing: it is shown on a terminal, and in --progress plain where the number of records is known (--total)',
  '--shuf': '--order shuffle',
  '--keeporder': '-k',
  '--halt-on-error': '--halt now,fail=1',
  '--memsuspend': '--memfree',
  '--colsep': '--input csv, with --delimiter',
  '--csv': '--input csv',
  '--header': 'nothing: tables have one (else --no-header --columns a,b,c)',
  '--arg-file': '-a',
  '--results-dir': '--results',
  '--res': '--results',
  '--workdir': '--wd',
  '--dryrun': '--dry-run',
  '--silent': '-q',
  '--verbose': '--progress plain',
  '--linebuffer': '--line-buffer',
  '--lb': '--line-buffer',
  '--group': 'nothing: what workers print is grouped by instruction',
  '-u': '--line-buffer',
  '--ungroup': '--line-buffer',
  '--tagstring': '--tag, with --name',
  '--retry': '--retries',
  '-I': 'nothing: {} in a command line of shell, {NAME} for its values (else --each NAME=VALUES)',
  '--link': ':::+ in the place of :::',
  '--xapply': ':::+ in the place of :::',
  '--rpl': 'nothing: {} {.} {/} {//} {/.} {#} {%} and {NAME} are there',
  '-n': '--batch NAME=N',
  '-N': '--batch NAME=N',
  '-L': '--batch NAME=N',
  '-d': '--input lines, or -0',
  '-S': '--redis URL --queue NAME, and rxboss work on the other machines',
  '--sshlogin': '--redis URL --queue NAME, and rxboss work on the other machines',
  '--resume-failed-jobs': '--resume-failed',
  '--joblogs': '--joblog',
  '--tmpdir': 'TMPDIR in the environment',
  '--compress': 'a name that ends with .gz, for --events and --trace',
}

/** What stands for an option of theirs; `undefined` for one that they do not have, either. */
export function ourOption(option: string): string | undefined {
  // `-P4`, `-I{}`
  const short = option.startsWith('--') ? undefined : ours[option.slice(0, 2)]
  return ours[option] ?? short
}
