/**
 * Random kills: an actor is told things without end, while its place is ended from outside at any moment, also as it starts, and
 * some messages end it from within. What was told is then handled, or a dead letter; nothing is begun twice.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { lastValueFrom } from 'rxjs'

import type { Place, Placer } from '../../../src/actor/actor-place.ts'
import type { PlacedOptions } from '../../../src/actor/behaviour.ts'
import { spawn } from '../../../src/index.ts'
import { randomFrom } from '../random.ts'
import witness, { type Deed } from './witness.ts'

export interface KillsTerms {
  readonly crew: Placer
  readonly kills: number
  readonly seed: number
  readonly mailbox?: PlacedOptions<Deed>['mailbox']
}

export interface KillsResult {
  readonly told: number
  readonly handled: number
  readonly letters: number
  /** A dead letter though it had ended: killed in the instant between that and saying so. */
  readonly both: number
  readonly lives: number
  readonly complaints: readonly string[]
}

/** So many are told and neither handled nor lost, at most. */
const openAtMost = 200

export async function runKills({ crew, kills, seed, mailbox = {} }: KillsTerms): Promise<KillsResult> {
  const random = randomFrom(seed)
  const folder = mkdtempSync(join(tmpdir(), 'rxboss-kills-'))
  const log = join(folder, 'log')
  writeFileSync(log, '')
  let place: Place | undefined
  const opening = crew.place as Exclude<Placer['place'], 'here' | undefined>
  const watched: Placer = {
    name: crew.name,
    place: (definition, events) => {
      place = opening(definition, events)
      return place
    },
  }
  const actor = spawn(witness, { on: watched, supervise: { max: Infinity, within: 0 }, mailbox })
  const letters = new Map<number, number>()
  actor.mailbox.deadLetters$.subscribe(letter => {
    if (letter.why !== 'error') letters.set(letter.message.n, (letters.get(letter.message.n) ?? 0) + 1)
  })
  let lives = 1
  actor.inspect$.subscribe(({ type }) => {
    if (type === 'actor.restart') lives++
  })
  let told = 0
  const deed = (): Deed => ({
    n: told++,
    log,
    busyMs: random() < 0.3 ? random() * 2 : 0,
    waitMs: random() < 0.1 ? 1 + random() * 3 : 0,
    dies: random() < 0.002,
  })

  let came = 0
  const tell = () => {
    while (lives <= kills && told - came - letters.size < openAtMost) actor.ref.next(deed())
  }
  actor.out$.subscribe(() => {
    came++
    tell()
  })
  tell()
  while (lives <= kills) {
    const before = lives
    const starting = random() < 0.25
    for (let first = came, waited = 1; !starting && came === first; waited++) {
      await pause(1)
      // Outputs of the dead are gone, and what they were for may look as if it were open.
      if (waited % 50 === 0) actor.ref.next(deed())
    }
    await pause(random() * (starting ? 60 : 20))
    place?.kill()
    while (lives === before) await pause(1)
  }
  actor.end()
  await lastValueFrom(actor.exit$)
  const complaints = verdict({ log, told, letters })
  const { ended, both } = readLog(log, letters)
  rmSync(folder, { recursive: true })
  return { told, handled: ended.size, letters: letters.size, both, lives, complaints }
}

interface Found {
  readonly log: string
  readonly told: number
  readonly letters: ReadonlyMap<number, number>
}

function readLog(log: string, letters: Found['letters']) {
  const begun = new Map<number, number>()
  const ended = new Set<number>()
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    const n = Number(line.slice(1))
    if (line.startsWith('b')) begun.set(n, (begun.get(n) ?? 0) + 1)
    else if (line.startsWith('e')) ended.add(n)
  }
  return { begun, ended, both: [...ended].filter(n => letters.has(n)).length }
}

function verdict({ log, told, letters }: Found): string[] {
  const { begun, ended } = readLog(log, letters)
  const complaints: string[] = []
  for (let n = 0; n < told; n++) {
    const [starts, told] = [begun.get(n) ?? 0, letters.get(n) ?? 0]
    if (starts > 1) complaints.push(`message ${n} was begun ${starts} times`)
    if (told > 1) complaints.push(`message ${n} is a dead letter ${told} times`)
    if (!ended.has(n) && told === 0) complaints.push(`message ${n} is neither handled nor a dead letter`)
  }
  return complaints
}
