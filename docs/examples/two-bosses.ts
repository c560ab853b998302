/**
 * A pipeline of two bosses: one compresses texts, the other hashes what comes out. Both work at the same time, each with its
 * own rules, and the second can be halted without losing anything: what it does not take waits in its mailbox.
 *
 *     npm run example two-bosses
 */

import { Boss, maxThreads, settled } from 'rxboss'
import gzip from 'rxboss/actors/gzip'
import { filter, map } from 'rxjs'

import fingerprint from './fingerprint.ts'

const texts = Array.from({ length: 6 }, (_, n) => `text ${n} `.repeat(10_000))

await using packer = new Boss({ name: 'packer', workers: gzip, scheduler: maxThreads(1) })
await using hasher = new Boss({ name: 'hasher', workers: fingerprint, scheduler: maxThreads(1) })

packer.reports$
  .pipe(
    settled(),
    filter(report => report.kind === 'done'),
    map(({ id, result }) => ({
      name: `text ${id}`,
      bytes: 'bytes' in result ? result.bytes : new Uint8Array(),
    })),
  )
  .subscribe(hasher.mailbox) // completes with the packer, and ends the hasher's intake

for (const text of texts) packer.give({ bytes: new TextEncoder().encode(text) })
packer.makeThemWork()
await packer.waitTillFinished()

console.log(
  `packed ${packer.state.counts.done}, hashed ${hasher.state.counts.done}, waiting ${hasher.state.counts.pending}`,
)
hasher.makeThemWork()
const { reports } = await hasher.waitTillFinished()
for (const report of reports)
  console.log(report.name, report.kind === 'done' ? report.result.slice(0, 8) : report.kind)
