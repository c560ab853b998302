/**
 * A lock in shared memory: one holder at a time, in whichever thread.
 *
 *     free (0) ──take──► held (1) ──somebody waits──► awaited (2)
 *        ▲                  │                            │
 *        └────── release ───┴──── release, wake one ─────┘
 *
 * Whoever waited holds it as *awaited*: it cannot know whether others still wait, and waking nobody costs nothing.
 * A thread that dies holding it leaves it held: give a `timeoutMs` where that matters.
 */

const free = 0
const held = 1
const awaited = 2

/** What is held until it is released. `using lock = await array.lock()` releases it at the end of the block. */
export interface Lock extends Disposable {
  /** Lets the next one in. A second call does nothing. */
  release(): void
}

/** How long to wait for the lock of a {@link SharedArray}. */
export interface LockOptions {
  /** Milliseconds to wait for it at most. Default: for ever. */
  readonly timeoutMs?: number
}

/** The two words of a lock: its state, and the number of the thread that holds it. */
type Words = Int32Array<SharedArrayBuffer>

/** Unlike that of any other thread, as far as 31 random bits can be. */
const thisThread = 1 + Math.floor(Math.random() * 0x7ffffffe)

/** Waits without blocking this thread. */
export async function acquire(words: Words, { timeoutMs = Infinity }: LockOptions) {
  if (Atomics.compareExchange(words, 0, free, held) === free) return lockOn(words)
  const end = performance.now() + timeoutMs
  // What waits on memory keeps no process alive; whoever waits for a lock means to go on afterwards.
  const alive = setTimeout(() => {}, 2 ** 31 - 1)
  try {
    for (let nth = 0; Atomics.exchange(words, 0, awaited) !== free; nth++) {
      const left = end - performance.now()
      if (left <= 0) throw late(timeoutMs)
      await changed(words, left, nth)
    }
    return lockOn(words)
  } finally {
    clearTimeout(alive)
  }
}

/** Waits by blocking this thread, where that is allowed. */
export function acquireSync(words: Words, { timeoutMs = Infinity }: LockOptions): Lock {
  if (Atomics.compareExchange(words, 0, free, held) === free) return lockOn(words)
  if (isMainThread()) throw new TypeError(`Cannot block the main thread: wait with 'await array.lock()'`)
  const end = performance.now() + timeoutMs
  while (Atomics.exchange(words, 0, awaited) !== free) {
    if (Atomics.load(words, 1) === thisThread) throw new TypeError('Cannot lock twice: this thread holds it')
    const left = end - performance.now()
    if (left <= 0) throw late(timeoutMs)
    Atomics.wait(words, 0, awaited, left)
  }
  return lockOn(words)
}

function lockOn(words: Words): Lock {
  Atomics.store(words, 1, thisThread)
  let released = false
  const release = () => {
    if (released) return
    released = true
    Atomics.store(words, 1, 0)
    if (Atomics.exchange(words, 0, free) === awaited) Atomics.notify(words, 0, 1)
  }
  return { release, [Symbol.dispose]: release }
}

const late = (timeoutMs: number) => new Error(`The lock was held by others for more than ${timeoutMs} ms`)

type WaitAsync = (...at: [Words, index: number, value: number, timeoutMs: number]) => {
  readonly value: unknown
}

/** Until the state is no longer `awaited`, as far as the platform can tell; the caller looks for itself. */
async function changed(words: Words, leftMs: number, nth: number): Promise<void> {
  const { waitAsync } = Atomics as { readonly waitAsync?: WaitAsync }
  if (waitAsync !== undefined) await waitAsync(words, 0, awaited, leftMs).value
  else await new Promise(resolve => setTimeout(resolve, Math.min(leftMs, 2 ** Math.min(nth, 4))))
}

/** In Node the main thread may block, but nothing else runs meanwhile, not even what would release the lock. */
function isMainThread(): boolean {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }
  const threads = process?.getBuiltinModule?.('node:worker_threads') as { isMainThread?: boolean } | undefined
  return threads?.isMainThread ?? typeof document !== 'undefined'
}
