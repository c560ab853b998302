/**
 * What is published: each entry point in one file, and what several share in a few more, all in `dist/lib`. Node reads five
 * files instead of a hundred, which is half of a cold start.
 *
 *     tsc ──► dist/src   declarations, and what the tests run        esbuild ──► dist/lib   what `exports` lead to
 *
 * One folder without others in it: a thread finds `./thread-entry.js` beside whichever file starts it.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { build } from 'esbuild'

const entryPoints = [
  'src/index.ts',
  'src/entries/worker.ts',
  'src/entries/journal.ts',
  'src/entries/bullmq.ts',
  'src/entries/processes.ts',
  'src/entries/programs.ts',
  'src/entries/testing.ts',
  'src/entries/dashboard.ts',
  'src/entries/otel.ts',
  'src/crew/threads/thread-entry.ts',
  'src/crew/threads/actor-thread-entry.ts',
  'src/crew/processes/process-entry.ts',
  'src/crew/processes/actor-process-entry.ts',
  'src/scheduler/rules/bind-hook.ts',
  'src/cli/main.ts',
  'src/cli/command-thread.ts',
  'src/cli/blocks/block-worker.ts',
]

await build({
  entryPoints,
  outdir: 'dist/lib',
  entryNames: '[name]',
  chunkNames: 'shared-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  external: ['rxboss'],
  sourcemap: true,
  sourcesContent: false, // the sources are in the package
  logLevel: 'warning',
})

/** In browsers `x.browser.ts` stands for `x.ts`. */
const browserFiles = {
  name: 'browser files',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir }) => {
      const browser = join(resolveDir, path.replace(/\.ts$/, '.browser.ts'))
      return existsSync(browser) ? { path: browser } : undefined
    }),
}

// For browsers: whatever of Node's is imported is an error of the build.
await build({
  entryPoints: { index: 'src/index.ts', worker: 'src/entries/worker.ts' },
  outdir: 'dist/lib',
  entryNames: '[name].browser',
  chunkNames: 'browser-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  external: [
    'rxjs',
    'threads',
    'threads/worker',
    'fp-ts',
    'fp-ts/*',
    'io-ts',
    'io-ts/*',
    '@standard-schema/spec',
  ],
  plugins: [browserFiles],
  sourcemap: true,
  sourcesContent: false, // the sources are in the package
  minifyWhitespace: true,
  logLevel: 'warning',
})

// The dashboard's page: one script and one style, which the server beside them reads.
await build({
  entryPoints: { 'dashboard-page': 'src/dashboard/page/main.ts' },
  outdir: 'dist/lib',
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  minify: true,
  logLevel: 'warning',
})
await build({
  entryPoints: { 'dashboard-page': 'src/dashboard/page/page.css' },
  outdir: 'dist/lib',
  minify: true,
  logLevel: 'warning',
})
