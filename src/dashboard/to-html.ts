/** `toHtml(run)`: the dashboard of a run as one file that needs nothing else. */

import type { Run } from '../inspect/run.ts'
import { assets } from './assets.ts'
import { htmlDocument } from './document.ts'
import type { FailureDetails } from './page-protocol.ts'
import { jsonOf } from './run-data.ts'

/** Nothing is fetched, from wherever it is opened. */
const policy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

/**
 * A run as one HTML file: the dashboard's page with all that is kept of the run in it, which opens from the disk and asks
 * no network. What is not kept (all but the last 200,000 attempts) is missing from it, and the page says so.
 *
 * @param run  as `reduceRun` made it
 * @throws {TypeError} when this is not a run
 *
 * @example
 * const run = await lastValueFrom(boss.inspect$.pipe(scan(reduceRun, emptyRun())))
 * await writeFile('run.html', toHtml(run))
 */
export function toHtml(run: Run): string {
  return [...htmlPieces(run)].join('')
}

/**
 * The same, in pieces that take some milliseconds each to be made.
 *
 * @param failures  what is known of the last failures besides, by id
 */
export function* htmlPieces(
  run: Run,
  failures: ReadonlyMap<number, FailureDetails> = new Map(),
): Generator<string> {
  if (run?.v !== 1 || run.spans === undefined)
    throw new TypeError(
      `Cannot show ${String(run)}: give what reduceRun made, as in scan(reduceRun, emptyRun())`,
    )
  const { script, style } = assets()
  const [before = '', after = ''] = htmlDocument({
    title: `${run.workers.join(', ') || run.boss} · rxboss`,
    head: `<meta http-equiv="Content-Security-Policy" content="${policy}">\n<style>${style}</style>`,
    body: gap,
  }).split(gap)
  yield `${before}<script type="application/json" id="run">`
  for (const piece of jsonOf(run, failures)) yield inScript(piece)
  yield `</script>\n<script type="module">${code(script)}</script>${after}`
}

/** What stands in the document where its data will. */
const gap = '\u0000'

/** In JSON, `<` occurs in strings alone. */
const inScript = (json: string): string => json.replaceAll('<', '\\u003c')

/** In the script, what would end its element can only be in a string. */
const code = (script: string): string => script.replace(/<\/(?=script)/gi, '<\\/')
