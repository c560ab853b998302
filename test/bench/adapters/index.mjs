/** Every adapter: limits first, then rxboss, then its peers. Add a file to this folder, and its name here. */

import { existsSync } from 'node:fs'

const names = [
  'raw-a',
  'raw-b',
  'ideal',
  'rxboss-delegate',
  'rxboss-boss',
  'rxboss-boss-keep',
  'rxboss-hire',
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
  'workerpool-process',
  'tinypool-process',
  'jest-worker-process',
]

export const load = async name => (await import(`./${name}.mjs`)).default

export const adapters = await Promise.all(names.map(load))

/** Packages that this adapter needs, and that are not here. */
export const missing = ({ packages = [] }) =>
  packages.filter(one => !existsSync(new URL(`../node_modules/${one}/package.json`, import.meta.url)))
