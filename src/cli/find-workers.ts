/** Which workers are meant: a file of one's own, or a ready-made one by name. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import { closest } from '../words/did-you-mean.ts'
import { RunError } from './exit-codes.ts'

/** The ready-made workers of this package. */
const actors = new URL(
  './dist/actors/',
  pathToFileURL(createRequire(import.meta.url).resolve('rxboss/package.json')),
)
const scripts = /\.[cm]?[jt]s$/

/** The names of the ready-made workers, sorted. */
export function readyMadeNames(): readonly string[] {
  return readdirSync(actors)
    .filter(file => scripts.test(file) && !file.endsWith('.d.ts') && definesWorker(file))
    .map(file => file.replace(scripts, ''))
    .sort()
}

/** Beside them are actors, which take messages and no instructions. */
const definesWorker = (file: string): boolean =>
  readFileSync(new URL(file, actors), 'utf8').includes('defineWorker(')

/** Programs in languages that are told by their extension. */
const programs = /\.(py|pl|rb|jl|r|lua|sh)$/i

/** Whether this argument is a file: it has a separator or the extension of a script. */
const isFile = (text: string): boolean => /[\\/]/.test(text) || scripts.test(text) || programs.test(text)

/** Whether this can only mean a worker: a file, or the name of a ready-made one. */
export const isWorker = (text: string): boolean => isFile(text) || readyMadeNames().includes(text)

/** @throws {RunError} when there is no such file, or no ready-made worker of this name */
export function findWorkers(text: string): URL {
  if (!isFile(text)) {
    const names = readyMadeNames()
    if (names.includes(text)) return new URL(`${text}.js`, actors)
    const meant = closest(text, names)
    const local = existsSync(resolve(text)) ? ` (a file is given with its path: ./${text})` : ''
    throw new RunError(
      `There is no ready-made worker '${text}'${meant === undefined ? '.' : `, did you mean '${meant}'?`} There are: ${names.join(', ')}${local}`,
    )
  }
  const path = resolve(text)
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new RunError(`There is no worker file ${path}`)
  }
  return pathToFileURL(path)
}
