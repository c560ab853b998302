/** The actor core: messages in this thread, no workers. */

const dist = process.env.RXBOSS_DIST ?? new URL('../../../dist/', import.meta.url).href

export default {
  name: 'rxboss-actor',
  label: 'rxboss, actors',
  kind: 'rxboss',
  only: [],
  open: () => import(`${dist}src/actor/spawn.js`),
}
