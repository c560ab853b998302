/**
 * `rxboss/testing`: test what hires workers, without threads and without waiting.
 *
 * `fakeCrew()` has lanes that answer when the test says so; `virtualClock()`, in the boss's options, has no time but the
 * test's.
 */

export { type FakeCrew, type FakeCrewOptions, type FakeLane, fakeCrew } from '../testing/fake-crew.ts'
export { type VirtualClock, virtualClock } from '../testing/virtual-clock.ts'
export type { Clock } from '../words/clock.ts'
