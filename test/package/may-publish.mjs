/**
 * Whether this may be published: `npm publish` asks first. What only the publisher knows has no default, and is not guessed.
 * docs/releasing.md is the list around it.
 */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = file => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
const { version, repository, homepage, bugs, publishConfig } = JSON.parse(read('package.json'))
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()

const wanted = [
  ['package.json has a `repository` with its URL', typeof repository?.url === 'string'],
  ['package.json has a `homepage`', typeof homepage === 'string'],
  ['package.json has `bugs`, where to tell of them', typeof (bugs?.url ?? bugs) === 'string'],
  ['package.json has `publishConfig.provenance: true`', publishConfig?.provenance === true],
  ['it is published from CI, which can vouch for where it was built', process.env.CI === 'true'],
  [`CHANGELOG.md has a section "## ${version}", and nothing waits under "## Next"`, changelogIsFor(version)],
  ['src/words/version.ts says the same version', read('src/words/version.ts').includes(`'${version}'`)],
  ['nothing is uncommitted', git('status', '--porcelain') === ''],
  [
    `the commit has the tag v${version}`,
    git('tag', '--points-at', 'HEAD').split('\n').includes(`v${version}`),
  ],
]

function changelogIsFor(wantedVersion) {
  const text = read('CHANGELOG.md')
  const waiting = /^## Next\n+((?:(?!^## ).*\n)*)/m.exec(text)?.[1]?.trim()
  return text.includes(`\n## ${wantedVersion}\n`) && !waiting
}

const missing = wanted.filter(([, holds]) => !holds)
for (const [what, holds] of wanted) console.error(`${holds ? '✔' : '✘'} ${what}`)
if (missing.length > 0) {
  console.error(`\nNot published: ${missing.length} of ${wanted.length} are missing. See docs/releasing.md.`)
  process.exitCode = 1
}
