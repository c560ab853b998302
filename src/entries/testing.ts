/**
 * `rxboss/testing`: test what hires workers, without threads and without waiting.
 *
 * `fakeCrew()` has lanes that answer when the test says so; `virtualClock()`, in the boss's options, has no time but the
 * test's. `fakeDelegate()` stands in for the operator, so that marbles can draw what is around it; `done()`, `failed()` and
 * `cancelled()` make reports.
 */

export { type FakeCrew, type FakeCrewOptions, type FakeLane, fakeCrew } from '../testing/fake-crew.ts'
export { fakeDelegate } from '../testing/fake-delegate.ts'
export { cancelled, done, failed } from '../testing/made-reports.ts'
export { type VirtualClock, virtualClock } from '../testing/virtual-clock.ts'
export type { Clock } from '../words/clock.ts'
