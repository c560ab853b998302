/** In a project of your own, with rxboss installed, only `worker` is needed, and the headers where pages are to share memory. */

import { fileURLToPath } from 'node:url'

const built = file => fileURLToPath(new URL(`../../../dist/lib/${file}`, import.meta.url))
const isolated = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

export default {
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  worker: { format: 'es' },
  build: { target: 'es2022', outDir: built('../browser-example'), emptyOutDir: true },
  server: { headers: isolated },
  preview: { headers: isolated },
  resolve: {
    alias: [
      { find: /^rxboss\/worker$/, replacement: built('worker.browser.js') },
      { find: /^rxboss$/, replacement: built('index.browser.js') },
    ],
  },
}
