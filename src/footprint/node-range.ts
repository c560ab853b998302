/** Ranges of versions, as in `engines`: comparators side by side must all hold, `||` between alternatives. */

type Version = readonly [number, number, number]
interface Comparator {
  readonly sign: '<' | '>='
  readonly version: Version
}
/** Alternatives, each a list of comparators. */
export type Range = readonly (readonly Comparator[])[]

const comparator = /^(>=|<=|>|<|=|\^|~)?v?(\d+|[x*])(?:\.(\d+|[x*]))?(?:\.(\d+|[x*]))?$/i

/** @returns `undefined` when it is not a range */
export function parseRange(range: unknown): Range | undefined {
  if (typeof range !== 'string' || range.trim() === '') return undefined
  const alternatives = range.split('||').map(alternative =>
    alternative
      .trim()
      .replace(/([<>=^~])\s+/g, '$1')
      .split(/\s+/)
      .map(parseComparator),
  )
  return alternatives.every(all => all.every(one => one !== undefined))
    ? (alternatives.map(all => all.flat()) as Range)
    : undefined
}

/** One comparator as at most two of the plain kinds: `^20.19` is `>=20.19.0 <21.0.0`. */
function parseComparator(text: string): readonly Comparator[] | undefined {
  const found = comparator.exec(text)
  if (found === null) return undefined
  const [, sign = '', ...parts] = found
  const given = parts.filter(part => part !== undefined && /^\d+$/.test(part)).map(Number)
  const [major = 0, minor = 0, patch = 0] = given
  const from: Version = [major, minor, patch]
  const at = (version: Version): Comparator => ({ sign: '>=', version })
  const below = (version: Version): Comparator => ({ sign: '<', version })
  /** The first version after all that begin with what was given. */
  const after = next(from, given.length)
  if (given.length === 0) return []
  switch (sign) {
    case '>=':
      return [at(from)]
    case '<':
      return [below(from)]
    case '>':
      return [at(after)]
    case '<=':
      return [below(after)]
    case '^':
      return [
        at(from),
        below(next(from, major > 0 || given.length === 1 ? 1 : minor > 0 || given.length === 2 ? 2 : 3)),
      ]
    case '~':
      return [at(from), below(next(from, Math.min(given.length, 2)))]
    default:
      return [at(from), below(after)]
  }
}

function next([major, minor, patch]: Version, parts: number): Version {
  if (parts <= 1) return [major + 1, 0, 0]
  return parts === 2 ? [major, minor + 1, 0] : [major, minor, patch + 1]
}

export function matchesRange(version: string, range: Range): boolean {
  const found = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version)
  if (found === null) return false
  const [major = 0, minor = 0, patch = 0] = found.slice(1).map(Number)
  const holds = ({ sign, version: bound }: Comparator) =>
    sign === '<' ? compare([major, minor, patch], bound) < 0 : compare([major, minor, patch], bound) >= 0
  return range.some(all => all.every(holds))
}

const compare = (a: Version, b: Version): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
