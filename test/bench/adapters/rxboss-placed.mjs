/** Actors on a thread of their own. */

const dist = process.env.RXBOSS_DIST ?? new URL('../../../dist/', import.meta.url).href

export default {
  name: 'rxboss-placed',
  label: 'rxboss, an actor on a thread',
  kind: 'rxboss',
  only: [],
  open: async () => ({
    ...(await import(`${dist}src/actor/spawn.js`)),
    ...(await import(`${dist}src/actor/ask.js`)),
    ...(await import(`${dist}src/crew/threads/threads.js`)),
    ...(await import('../workers/placed-actors.mjs')),
  }),
}
