/** What can be printed: text, bytes, or all that is in a file, which is removed once it was printed. */
export type Printable = string | Uint8Array | { readonly file: string }

export const isEmpty = (one: Printable): boolean =>
  typeof one !== 'object' ? one === '' : 'length' in one && one.length === 0
