/** Writes the reference of the ready-made workers into `actors/README.md`, from their footprints. */

import { readFileSync, writeFileSync } from 'node:fs'

import { describe, registry } from 'rxboss'
import call from 'rxboss/actors/call'
import digest from 'rxboss/actors/digest'
import gzip from 'rxboss/actors/gzip'
import shell from 'rxboss/actors/shell'
import sleep from 'rxboss/actors/sleep'

const readme = new URL('../../../actors/README.md', import.meta.url)
const between = /(<!-- described[^\n]*-->\n)[\s\S]*?(<!-- end of description -->)/

/** The README with its reference as it should be. */
export function described(text: string): string {
  const reference = describe(registry([call, digest, gzip, shell, sleep])).replaceAll(/^(#+) /gm, '#$1 ')
  return text.replace(between, (_, start: string, end: string) => `${start}\n${reference.trim()}\n\n${end}`)
}

if (process.argv[1]?.endsWith('describe-actors.js')) {
  writeFileSync(readme, described(readFileSync(readme, 'utf8')))
}
