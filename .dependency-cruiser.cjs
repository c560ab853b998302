/**
 * The layers of docs/architecture.md, a rule for each line of them; each comment is the reason.
 *
 *     words ◄── definitions ◄── machinery ◄── boss ◄── entry points ◄── edges          actors ──► rxboss/worker
 *
 * Most rules name what *may* be imported, so that a new file or folder is a decision made here, not an accident.
 * test/layers.test.ts sees every rule fire. Needs a build: our own name resolves into `dist`.
 */

const words = '^src/words/'
const contracts = '^src/(inspect/events|journal/journal)\\.ts$'
const entryPoints = '^src/(index|entries/[a-z-]+)\\.ts$'
const definitions = '^src/(worker|footprint|shared-memory)/'
const vocabulary = [words, contracts, definitions]

const actor =
  '^src/actor/(mailbox|message-queue|actor|spawn|ask|supervise|rx-clock|unobserved|actor-place|host|border|actor-definition)\\.ts$'
const actorDefinition = '^src/actor/actor-definition\\.ts$'
const scheduler = '^src/scheduler/scheduler\\.ts$'
const crew = '^src/crew/crew\\.ts$'
const edges = '^src/(cli|dashboard)/|^src/inspect/(?!events\\.ts$)|^src/journal/(?!journal\\.ts$)'

module.exports = {
  forbidden: [
    {
      name: 'words-stand-alone',
      comment:
        'Instruction, report and failure are plain data that cross threads and machines: they know nothing else of ours.',
      severity: 'error',
      from: { path: words },
      to: { path: '^(src|actors)/', pathNot: words },
    },
    {
      name: 'contracts-know-words-only',
      comment:
        'Events and the journal are contracts: who implements or reads them must not pull in machinery.',
      severity: 'error',
      from: { path: contracts },
      to: { path: '^src/', pathNot: words },
    },
    {
      name: 'definitions-know-words-only',
      comment:
        'A worker thread loads footprints, registry and worker in 20 ms: no machinery may come with them.',
      severity: 'error',
      from: { path: definitions },
      to: { path: '^src/', pathNot: [words, definitions, actorDefinition] },
    },
    {
      name: 'worker-side-is-light',
      comment:
        'A worker thread starts in 20 ms, with rxjs and threads in 60: what it loads reaches neither. `threads/worker`, its small half, is for the entries of threads.',
      severity: 'error',
      from: { path: '^src/(entries/worker|crew/(threads/thread|processes/process)-entry)\\.ts$' },
      to: {
        path: 'node_modules/(rxjs|threads)/',
        pathNot: 'node_modules/threads/worker\\.',
        reachable: true,
      },
    },
    {
      name: 'threads-package-in-one-place',
      comment:
        'Its import installs handlers that end the process or swallow errors: threads-package.ts and thread-entry.ts in crew/threads/ take them off again.',
      severity: 'error',
      from: { path: '^(src|actors)/', pathNot: '^src/crew/threads/(threads-package|thread-entry)\\.ts$' },
      to: {
        path: 'node_modules/threads/',
        dependencyTypesNot: ['dynamic-import', 'type-only', 'type-import'],
      },
    },
    {
      name: 'actor-core-stands-alone',
      comment: 'The actor core is usable on its own: it knows plain words, and nothing of workers.',
      severity: 'error',
      from: { path: '^src/actor/' },
      to: { path: '^src/', pathNot: ['^src/actor/', words] },
    },
    {
      name: 'schedulers-know-contracts-only',
      comment: 'A scheduler decides who starts, and must not know where work is done, nor the boss.',
      severity: 'error',
      from: { path: '^src/scheduler/' },
      to: {
        path: '^src/',
        pathNot: ['^src/scheduler/', ...vocabulary, crew, actor],
      },
    },
    {
      name: 'crews-know-contracts-only',
      comment: 'A crew does what it is given, and must not know who decides.',
      severity: 'error',
      from: { path: '^src/crew/' },
      to: { path: '^src/', pathNot: ['^src/crew/', ...vocabulary, scheduler, actor] },
    },
    {
      name: 'operators-know-reports-only',
      comment:
        'From reports to results: they work on any stream of reports. Credit is how `inOrder` tells the operator above how far to run ahead.',
      severity: 'error',
      from: { path: '^src/operators/' },
      to: {
        path: '^src/',
        pathNot: ['^src/operators/', ...vocabulary, '^src/scheduler/(credit|limits)\\.ts$'],
      },
    },
    {
      name: 'boss-knows-contracts-only',
      comment:
        'One option changes where work is done: the boss knows no backend by name but his default, in boss/defaults.ts. Who may start he asks at the desk, never a rule.',
      severity: 'error',
      from: { path: '^src/boss/', pathNot: '^src/boss/defaults\\.ts$' },
      to: {
        path: '^src/',
        pathNot: [
          '^src/boss/',
          ...vocabulary,
          actor,
          crew,
          '^src/crew/inside-work\\.ts$',
          '^src/scheduler/(scheduler|over-tickets|credit|pull|other-streams|combined-rules|desk/(desk|holds)|rules/max-threads)\\.ts$',
        ],
      },
    },
    {
      name: 'testing-knows-contracts-only',
      comment:
        'What stands in for a crew and for time in tests keeps to their contracts, as the real ones do.',
      severity: 'error',
      from: { path: '^src/testing/' },
      to: { path: '^src/', pathNot: ['^src/testing/', ...vocabulary, crew] },
    },
    {
      name: 'one-default-backend',
      comment:
        'Threads are the default crew, and the only one that comes along unasked. Rules that read attributes come along for the function form of a scheduler.',
      severity: 'error',
      from: { path: '^src/boss/defaults\\.ts$' },
      to: {
        path: '^src/',
        pathNot: [
          '^src/boss/',
          '^src/crew/(crew|threads/threads)\\.ts$',
          '^src/scheduler/(scheduler|rules/(max-threads|rules-for))\\.ts$',
        ],
      },
    },
    {
      name: 'edges-use-the-public-surface',
      comment:
        'The command line and every view do what any user could do; the reducer and the lines of text are what all views are made of. Loading a worker file by its path is what no program has to: crew/place/load-worker.ts. The threads of the command begin as any do, and then leave it its descriptors.',
      severity: 'error',
      from: { path: '^src/(cli|dashboard|inspect|journal)/', pathNot: contracts },
      to: {
        path: '^src/',
        pathNot: [
          '^src/$1/',
          '^src/inspect/',
          entryPoints,
          words,
          contracts,
          definitions,
          '^src/crew/place/load-worker\\.ts$',
          '^src/crew/threads/supplied-entry\\.ts$',
        ],
      },
    },
    {
      name: 'nobody-needs-an-edge',
      comment:
        'Views and commands come and go; what works underneath must not notice. Entry points open them.',
      severity: 'error',
      from: { path: '^src/', pathNot: [edges, entryPoints] },
      to: { path: edges },
    },
    {
      name: 'actors-are-ordinary-users',
      comment:
        'A ready-made worker is the example to copy, alone: of ours it imports `rxboss/worker`, by that name, and nothing else. (What a command writes is a subject of its own, in a folder named after its worker.)',
      severity: 'error',
      from: { path: '^actors/' },
      to: {
        path: '^(src|actors|dist)/',
        pathNot: '^dist/(src/entries|lib)/worker\\.(d\\.ts|js)$|^actors/shell/',
      },
    },
    {
      name: 'src-does-without-actors',
      comment: 'Delete the folder, and src/ still builds.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(dist/)?actors/' },
    },
    {
      name: 'src-imports-sources',
      comment: 'By our own name, src/ would load its last build, and everything in it twice.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^dist/', pathNot: '^dist/actors/' },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or three. Types, which leave no import, may.',
      severity: 'error',
      from: { path: '^(src|actors)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing-undeclared',
      comment:
        'What package.json does not name is there by accident, and development packages are not there at all: in published types neither.',
      severity: 'error',
      from: { path: '^(src|actors)/' },
      to: {
        pathNot: '^dist/',
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'],
        dependencyTypesNot: ['npm-peer'],
      },
    },
    {
      name: 'everything-resolves',
      comment:
        'An import that leads nowhere is followed by no rule. If it is `rxboss/worker`: build first (npm run build).',
      severity: 'error',
      from: { path: '^(src|actors)/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'tests-stay-in-test',
      comment: 'What is published is src/ and actors/: a test there would be published, and never run.',
      severity: 'error',
      from: { path: '^(src|actors)/.*(\\.(test|spec)\\.|/(test|tests|__tests__|fixtures)/)' },
      to: {},
    },
    {
      name: 'nothing-needs-a-test',
      comment: 'What tests need stands in test/, which is not published.',
      severity: 'error',
      from: { path: '^(src|actors)/' },
      to: { path: '^(dist/)?test/' },
    },
    {
      name: 'every-folder-has-a-layer',
      comment: 'A new folder in src/ needs a rule here first: until then nothing keeps it in its place.',
      severity: 'error',
      from: {
        path: '^src/[^/]+/',
        pathNot:
          '^src/(actor|boss|cli|crew|dashboard|entries|footprint|inspect|journal|operators|scheduler|shared-memory|testing|words|worker)/',
      },
      to: {},
    },
  ],
  options: {
    // What an actor's definition imports is types alone: nothing of them is there at run time.
    doNotFollow: { path: `node_modules|^dist|^test|${actorDefinition}` },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'default'] },
  },
}
