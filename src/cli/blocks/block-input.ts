/** An input of blocks: cut out of a file, or out of what comes. */

import type { Bytes } from '../input/bytes.ts'
import type { Input } from '../input/input.ts'
import type { BlockSource } from './block.ts'
import { type BorderTerms, borderIn, CutFile } from './block-borders.ts'

export type MakeInstruction = (source: BlockSource, number: number) => Record<string, unknown>

interface BlockInputTerms {
  readonly source: CutFile | Bytes
  readonly cut: BorderTerms
  readonly make: MakeInstruction
}

export class BlockInput implements Input {
  readonly name: string
  readonly #terms: BlockInputTerms
  /** Of the blocks so far, in bytes. */
  readonly #sizes: number[] = []
  #closed = false
  /** What has been settled. */
  #records = 0
  #bytes = 0

  constructor(terms: BlockInputTerms) {
    this.#terms = terms
    this.name = terms.source instanceof CutFile ? terms.source.path : terms.source.name
  }

  /** So many records were in a block, the first of which is 0: the rest is guessed by it. */
  settled(records: number, block: number): void {
    this.#records += records
    this.#bytes += this.#sizes[block] ?? 0
  }

  total(): { readonly records: number; readonly guessed: boolean } | undefined {
    const { source, cut } = this.#terms
    if (!(source instanceof CutFile) || this.#bytes === 0) return undefined
    const all = source.size - cut.from
    return { records: Math.round((this.#records / this.#bytes) * all), guessed: this.#bytes < all }
  }

  async *batches(): AsyncGenerator<readonly BlockSource[]> {
    const { source, cut } = this.#terms
    if (!(source instanceof CutFile)) return yield* this.#outOf(source, cut)
    const { path: file, version } = source
    for (const range of source.ranges(cut)) {
      if (this.#closed) return undefined
      yield [{ file, version, ...range }]
    }
    return undefined
  }

  read(record: unknown): Record<string, unknown> {
    const source = record as BlockSource
    const count = this.#sizes.push('to' in source ? source.to - source.from : source.bytes.length)
    return this.#terms.make(source, count)
  }

  close(): void {
    this.#closed = true
    this.#terms.source.close()
  }

  async *#outOf(source: Bytes, { blockBytes, quoted }: BorderTerms): AsyncGenerator<readonly BlockSource[]> {
    let kept: Buffer[] = []
    let size = 0
    let from = 0
    /** Whether a quote is open behind what is kept. */
    let open = false
    const block = (bytes: Buffer): BlockSource => {
      const made = { bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), from }
      from += bytes.length
      return made
    }
    for await (const chunk of source.chunks()) {
      let rest = chunk
      for (;;) {
        const found: { readonly border: number | undefined; readonly open: boolean } = quoted
          ? borderIn(rest, { open, least: blockBytes - size })
          : { border: behindNewline(rest, blockBytes - size), open: false }
        if (found.border === undefined) {
          open = found.open
          break
        }
        yield [block(Buffer.concat([...kept, rest.subarray(0, found.border)]))]
        rest = rest.subarray(found.border)
        kept = []
        size = 0
        open = false
      }
      kept.push(rest)
      size += rest.length
    }
    if (size > 0) yield [block(Buffer.concat(kept))]
  }
}

function behindNewline(bytes: Buffer, least: number): number | undefined {
  if (least > bytes.length) return undefined
  const found = bytes.indexOf(10, Math.max(0, least - 1))
  return found === -1 ? undefined : found + 1
}
