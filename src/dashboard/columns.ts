/**
 * Rows of few shapes as columns, for the way to the browser: each name is said once for all rows of a shape, and a value
 * that is the same in all of them once as well.
 */

export interface Columns {
  /** For each row, the number of its shape. Nothing where there is but one. */
  readonly order: readonly number[]
  readonly shapes: readonly Shape[]
}

interface Shape {
  readonly count: number
  readonly names: readonly string[]
  /** For each name, its values; in a list of one where all rows have the same. */
  readonly columns: readonly (readonly unknown[])[]
}

type Row = Readonly<Record<string, unknown>>

/** @param rows  objects that JSON can hold; names without a value are left out */
export function toColumns(rows: Iterable<object>): Columns {
  const order: number[] = []
  const shapes: { names: readonly string[]; rows: Row[] }[] = []
  const known = new Map<string, number>()
  for (const row of rows as Iterable<Row>) {
    const names = Object.keys(row).filter(name => row[name] !== undefined)
    const key = names.join()
    let shape = known.get(key)
    if (shape === undefined) {
      shape = shapes.push({ names, rows: [] }) - 1
      known.set(key, shape)
    }
    shapes[shape]?.rows.push(row)
    order.push(shape)
  }
  return {
    order: shapes.length > 1 ? order : [],
    shapes: shapes.map(({ names, rows }) => ({
      count: rows.length,
      names,
      columns: names.map(name => column(rows, name)),
    })),
  }
}

function column(rows: readonly Row[], name: string): readonly unknown[] {
  const first = rows[0]?.[name]
  const same = typeof first !== 'object' && rows.every(row => row[name] === first)
  return same ? [first] : rows.map(row => row[name])
}

/** The rows, in their order. */
export function fromColumns<A>({ order, shapes }: Columns): A[] {
  const next = shapes.map(() => 0)
  const rowOf = (at: number): A => {
    const { count, names, columns } = shapes[at] as Shape
    const i = next[at] as number
    next[at] = i + 1
    const row: Record<string, unknown> = {}
    names.forEach((name, n) => {
      const values = columns[n] as readonly unknown[]
      row[name] = values[values.length === count ? i : 0]
    })
    return row as A
  }
  if (order.length > 0) return order.map(rowOf)
  return Array.from({ length: shapes[0]?.count ?? 0 }, () => rowOf(0))
}
