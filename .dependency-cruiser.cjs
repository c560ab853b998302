/** The layers of docs/architecture.md, one rule a line. Each comment is the reason. */

const words = '^src/(instruction|report|failure|error-data)\\.ts$'
// Everything beside the words in src/ itself, entry points and edges aside.
const described =
  '^src/(footprint/.+|(?!index|[a-z]+-entry|testing|instruction\\.|report\\.|failure\\.|error-data\\.)[^/]+)\\.ts$'

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
      from: { path: '^src/(inspect/events|journal/journal)\\.ts$' },
      to: { path: '^src/', pathNot: words },
    },
    {
      name: 'definitions-know-words-only',
      comment: 'A worker thread loads these in 20 ms: neither rxjs nor machinery may come with them.',
      severity: 'error',
      from: { path: described },
      to: { path: '^src/', pathNot: `${words}|${described}` },
    },
    {
      name: 'actor-core-stands-alone',
      comment: 'The actor core is usable on its own.',
      severity: 'error',
      from: { path: '^src/actor/' },
      to: { path: '^src/', pathNot: '^src/actor/' },
    },
    {
      name: 'schedulers-know-contracts-only',
      comment: 'A scheduler decides who starts, and must not know where work is done, nor the boss.',
      severity: 'error',
      from: { path: '^src/scheduler/' },
      to: { path: '^src/(actor|boss|operators|cli|dashboard|inspect|journal)/|^src/crew/(?!crew\\.ts)' },
    },
    {
      name: 'crews-know-contracts-only',
      comment: 'A crew does what it is given, and must not know who decides.',
      severity: 'error',
      from: { path: '^src/crew/' },
      to: {
        path: '^src/(actor|boss|operators|cli|dashboard|inspect|journal)/|^src/scheduler/(?!scheduler\\.ts)',
      },
    },
    {
      name: 'boss-knows-contracts-only',
      comment: 'One option changes where work is done: the boss knows no backend by name but his default.',
      severity: 'error',
      from: { path: '^src/boss/', pathNot: '^src/boss/defaults\\.ts$' },
      to: {
        path: '^src/crew/(?!(crew|inside-work)\\.ts)|^src/(cli|dashboard|operators)/|^src/inspect/(?!events\\.ts)|^src/journal/(?!journal\\.ts)',
      },
    },
    {
      name: 'edges-use-the-public-surface',
      comment: 'The command line and every view do what any user could do.',
      severity: 'error',
      from: { path: '^src/(cli|dashboard)/|^src/inspect/(?!events\\.ts)' },
      to: { path: '^src/(actor|boss|crew|scheduler|operators)/', pathNot: '^src/crew/load-worker\\.ts$' },
    },
    {
      name: 'nobody-needs-an-edge',
      comment: 'Views and commands come and go; what works underneath must not notice.',
      severity: 'error',
      from: {
        path: '^src/(actor|boss|crew|scheduler|operators)/|^src/[^/]+\\.ts$',
        pathNot: '^src/(index|[a-z]+-entry|testing)\\.ts$',
      },
      to: { path: '^src/(cli|dashboard)/|^src/inspect/(?!events\\.ts)|^src/journal/(?!journal\\.ts)' },
    },
    {
      name: 'actors-are-ordinary-users',
      comment:
        'A ready-made worker is the example to copy: it imports `rxboss/worker` alone. Delete the folder, and src/ still builds.',
      severity: 'error',
      from: { path: '^actors/' },
      to: { path: '^src/|^dist/', pathNot: '^(src|dist/src)/worker-entry\\.(ts|js|d\\.ts)$' },
    },
    {
      name: 'src-does-without-actors',
      comment: 'The other side of it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^actors/' },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or three.',
      severity: 'error',
      from: { path: '^(src|actors)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing-undeclared',
      comment: 'What package.json does not name is there by accident.',
      severity: 'error',
      from: { path: '^(src|actors)/' },
      to: {
        pathNot: '^dist/',
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev', 'undetermined'],
        dependencyTypesNot: ['npm-peer', 'type-only'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|^dist' },
    exclude: { path: '^test/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'default'] },
  },
}
