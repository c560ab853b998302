/** What a browser tells of the machine, in the place of `machine.ts`. */

export const parallelism = (): number => Math.max(1, navigator.hardwareConcurrency ?? 1)

/** In GiB, rounded, at most 8, and not in every browser. */
export const memoryMiB = (): number => ((navigator as { deviceMemory?: number }).deviceMemory ?? 4) * 1024

export const freeMiB = (): undefined => undefined
export const load = (): undefined => undefined

export function bindable(): never {
  throw new Error('Cannot bind workers to CPUs: this works on Linux only, and this is a browser')
}
