/** The kernel's way to write a set of CPUs: `0-2,5` is 0, 1, 2 and 5. */
export function parseCpus(list: string): number[] {
  return list.split(',').flatMap(range => {
    const [first, last = first] = range.split('-').map(Number)
    if (range.trim() === '' || first === undefined || last === undefined) return []
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  })
}
