/** What a browser tells of the machine. */

export const parallelism = (): number => Math.max(1, navigator.hardwareConcurrency ?? 1)
