/** Every adapter: limits first, then rxboss, then its peers. Add a file to this folder, and its name here. */

import { existsSync } from 'node:fs'

const names = [
  'raw-a',
  'raw-b',
  'ideal',
  'rxboss-delegate',
  'rxboss-boss',
  'rxboss-boss-keep',
  'rxboss-run',
  'rxboss-talk',
  'rxboss-hire',
  'rxboss-hire-spin',
  'rxboss-boss-spin',
  'rxboss-actor',
  'rxboss-placed',
  'rxboss-processes',
  'piscina-sync',
  'piscina-off16',
  'tinypool',
  'tinypool-off16',
  'workerpool',
  'poolifier',
  'comlink',
  'threads-direct',
  'threads-pool',
  'jest-worker',
  'nwtp',
  'knitting',
  'workerpool-process',
  'tinypool-process',
  'jest-worker-process',
]

export const load = async name => (await import(`./${name}.mjs`)).default

export const adapters = await Promise.all(names.map(load))

/** Why this adapter cannot take part here; `undefined` where it can. */
export function whyLeftOut({ packages = [], leftOut }) {
  const absent = packages.filter(
    one => !existsSync(new URL(`../node_modules/${one}/package.json`, import.meta.url)),
  )
  if (absent.length > 0) return `${absent.join(', ')} is not installed (npm ci in test/bench)`
  return leftOut?.()
}
