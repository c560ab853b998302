/** Calls back after the event loop has had a turn: timers and messages come first. Node and browsers. */
const { setImmediate } = globalThis // work may replace what is global where it runs

export const macrotask: (run: () => void) => void =
  typeof setImmediate === 'function' ? run => void setImmediate(run) : byMessage()

/** Browsers have no `setImmediate`, and their timers wait for 4 ms. */
function byMessage(): (run: () => void) => void {
  const { port1, port2 } = new MessageChannel()
  const waiting: (() => void)[] = []
  port1.onmessage = () => waiting.shift()?.()
  return run => {
    waiting.push(run)
    port2.postMessage(0)
  }
}
