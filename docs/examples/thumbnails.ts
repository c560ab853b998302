/**
 * Thumbnails of pictures: one run paints them, the next shrinks each as soon as it is there.
 *
 *     npm run example thumbnails [folder]
 *
 * A picture that cannot be read is one failed report, and stops nobody.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { delegate, explain, maxThreads, settled } from 'rxboss'
import { concatWith, filter, map, of, range } from 'rxjs'

import paint from './paint.ts'
import thumbnail from './thumbnail.ts'

const folder = process.argv[2] ?? 'dist/thumbnails'
mkdirSync(join(folder, 'small'), { recursive: true })
writeFileSync(join(folder, 'broken.png'), 'this is a text')

const painted$ = range(0, 8).pipe(
  map(n => ({ path: join(folder, `${n}.png`), zoom: 2 ** n })),
  delegate(paint, { scheduler: maxThreads(1) }),
  settled(),
  filter(report => report.kind === 'done'),
  map(({ result }) => result.path),
)

let made = 0
painted$
  .pipe(
    concatWith(of(join(folder, 'broken.png'))),
    map(path => ({ path, folder: join(folder, 'small'), width: 96, name: path })),
    delegate(thumbnail, { scheduler: maxThreads(1) }),
    settled(),
  )
  .subscribe({
    next: report => {
      if (report.kind === 'done') made++
      if (report.kind === 'failed') console.error(explain(report.failure, report.name))
    },
    complete: () => console.log(`${made} thumbnails in ${join(folder, 'small')}`),
  })
