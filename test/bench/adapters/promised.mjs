/** What most libraries are: a call that returns a promise. */

/**
 * A pool for the driver: `give` a value, and each result goes to `receive`.
 *
 * @param call  gives one value, resolves with its result
 */
export function promised(call) {
  const pool = {
    receive: undefined,
    fail: undefined,
    call,
    give: value => {
      call(value).then(pool.receive, pool.fail)
    },
  }
  return pool
}
