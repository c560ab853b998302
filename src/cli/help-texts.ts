/** What help and the manual page say besides commands and options. */

export const examples: Readonly<Record<string, readonly string[]>> = {
  rxboss: ['rxboss run ./resize.ts < instructions.ndjson > reports.ndjson', 'rxboss describe digest'],
  run: [
    'rxboss run ./resize.ts < instructions.ndjson > reports.ndjson',
    "rxboss run shell 'convert {} -resize 50% {.}.webp' ::: *.jpg",
    "rxboss run digest --each 'path=src/**/*.ts' --print '{result}  {path}'",
    'rxboss run ./primes.ts --each limit=1e5,2e5,3e5 --common base=10',
    'rxboss run ./resize.ts -a in.ndjson --journal resize.journal --resume >> reports.ndjson',
    'rxboss run ./resize.ts -a rows.csv --retries 2 --failures again.ndjson --halt soon,fail=10%',
  ],
  work: [
    'rxboss work ./resize.ts --redis redis://db --queue pix -j 8',
    'RXBOSS_REDIS=redis://db rxboss work digest gzip --queue files --grace 25s',
  ],
  describe: ['rxboss describe', 'rxboss describe digest', 'rxboss describe ./resize.ts --json'],
  reports: [
    'rxboss reports resize.journal > reports.ndjson',
    'rxboss reports resize.journal --failed --format csv',
  ],
  'check-program': [
    'rxboss check-program python3 ./smooth.py',
    `rxboss check-program --attributes 'smooth={"field":[1,2]}' ./smooth.py`,
  ],
  helper: ['rxboss helper python > rxboss.py', 'rxboss helper perl > Rxboss.pm'],
  completion: [
    'source <(rxboss completion bash)',
    'rxboss completion zsh > ~/.zfunc/_rxboss',
    'rxboss completion fish > ~/.config/fish/completions/rxboss.fish',
  ],
  man: ['rxboss man | man -l -'],
}

export const exitStatus: readonly (readonly [string, string])[] = [
  ['0', 'everything is done, or the success asked for by --halt is reached'],
  ['1-100', 'so many failed, were refused, or waited longer than --queue-timeout'],
  ['101', 'more than 100 did'],
  ['254', 'it could not run, or not go on: worker file, crew, full disk; or ended from the dashboard'],
  ['255', 'what was typed cannot be meant'],
  ['129, 130, 143', 'cut short by SIGHUP, SIGINT, SIGTERM'],
  ['141', 'stdout was closed'],
]

export const streams =
  'stdout carries reports, one JSON object per line, and nothing else; text for people goes to stderr, and so does what workers print.'

export const interrupting =
  'The first Ctrl-C (or SIGTERM) takes no more records and finishes what runs; the second stops it; the third ends at once. SIGUSR2 prints where the run stands.'
