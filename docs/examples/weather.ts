/**
 * A field is read by TypeScript, smoothed by Python, and drawn by TypeScript, in one run: `npm run example weather`. Needs python3;
 * numpy is used where it is.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import * as t from 'io-ts'
import { Boss, threads } from 'rxboss'
import { defineProgram, mixed, programs } from 'rxboss/programs'
import { lastValueFrom, mergeMap, range, toArray } from 'rxjs'

import drawField from './draw-field.ts'
import readField from './read-field.ts'

/** Rows of numbers are what Python makes of it without numpy. */
type Field = { shape: [rows: number, columns: number]; data: Float64Array }
type Smoothed = Field | number[][]

const smooth = defineProgram({
  name: 'smooth',
  attr: { field: t.unknown, passes: { type: t.Int, default: 20 } },
  command: ['python3', new URL('../../../docs/examples/smooth.py', import.meta.url)],
})

const folder = 'dist/weather'
const [days, size] = [3, 64]

/** Something to read: temperatures that fall from south to north, and much noise. */
mkdirSync(folder, { recursive: true })
let seed = 1
const noise = () => {
  seed = (seed * 48271) % 2147483647
  return seed / 2147483647 - 0.5
}
for (let day = 0; day < days; day++) {
  const field = Float64Array.from({ length: size * size }, (_, i) => Math.floor(i / size) / 4 + 20 * noise())
  writeFileSync(`${folder}/${day}.f64`, field)
}

await using boss = new Boss({
  workers: [readField, smooth, drawField],
  crew: mixed(threads(), programs()),
}).start()

const oneDay = async (day: number) => {
  const field = (await boss.run({ path: `${folder}/${day}.f64`, columns: size })) as Field
  const spread = Math.max(...field.data) - Math.min(...field.data)
  const drawn = (await boss.run({ field })) as Smoothed
  const { least, most } = (await boss.run({ drawn, to: `${folder}/${day}.png` })) as {
    least: number
    most: number
  }
  return `day ${day}: from ${spread.toFixed(0)} to ${(most - least).toFixed(0)} degrees`
}

const lines = await lastValueFrom(range(0, days).pipe(mergeMap(oneDay), toArray()))
for (const line of lines.sort()) console.log(line)
console.log(`${days} pictures in ${folder}`)
