/** `defineActor`: makes an actor of a file, so that it can live on a thread, in a process, or here. */

import type { ActorDefinition } from '../actor/actor-definition.ts'
import { type AnySchema, type DecodedBy, decoderOf, isSchema, undecoded } from '../footprint/schema.ts'
import { aFunction, aText, checking } from '../words/check.ts'
import { explainReason } from '../words/reason.ts'
import { type ModuleSelf, moduleUrl } from './module-url.ts'

/** What an actor is made of. */
export interface ActorSpec<S, M, O> {
  /** Names the actor. Unique among those of its file. */
  readonly name: string
  /** What its messages must be: an io-ts codec, or a Standard Schema. They are decoded where they are sent. Default: anything. */
  readonly message?: S
  /** The very same behaviour that `spawn` takes: setup, which returns the handler. */
  readonly behaviour: ActorDefinition<M, O>['behaviour']
}

const check = checking('define an actor')
const aModule = {
  says: "'import.meta', or 'module' or '__filename' in CommonJS",
  holds: (self: unknown) => moduleUrl(self as ModuleSelf) !== undefined,
}
const aSchema = { says: 'an io-ts codec, or a Standard Schema', holds: isSchema }

/**
 * Defines an actor. Its file is imported twice: here, and in each place where it lives; so it should do nothing else when it
 * is imported.
 *
 * @param self  `import.meta` of the file (in CommonJS `module` or `__filename`), which tells where to import it from
 * @throws {TypeError} at once, when the specification cannot be right
 *
 * @example
 * export default defineActor(import.meta, {
 *   name: 'counter',
 *   message: t.number,
 *   behaviour: () => {
 *     let sum = 0
 *     return n => (sum += n)
 *   },
 * })
 */
export function defineActor<S extends AnySchema, O>(
  self: ModuleSelf,
  spec: ActorSpec<S, DecodedBy<S>, O> & { readonly message: S },
): ActorDefinition<DecodedBy<S>, O>
export function defineActor<M, O>(self: ModuleSelf, spec: ActorSpec<undefined, M, O>): ActorDefinition<M, O>
export function defineActor<M, O>(
  self: ModuleSelf,
  { name, message, behaviour }: ActorSpec<AnySchema | undefined, M, O>,
): ActorDefinition<M, O> {
  check('the first argument', self, aModule)
  check('name', name, aText)
  check('behaviour', behaviour, aFunction)
  if (message !== undefined) check('message', message, aSchema)
  const decode = message === undefined ? undefined : (decodingBy(name, message) as (message: unknown) => M)
  return { kind: 'actor', name, url: moduleUrl(self) as string, decode, behaviour }
}

function decodingBy(name: string, schema: AnySchema): (message: unknown) => unknown {
  const decoder = decoderOf(schema)
  return message => {
    if (decoder.exact?.(message)) return message
    const decoded = decoder.decode(message)
    if (decoded !== undecoded) return decoded
    const [reason] = decoder.explain(message, '')
    const why = reason === undefined ? `expected ${decoder.name}` : explainReason(reason)
    throw new TypeError(`Actor "${name}" does not take this message: ${why}`)
  }
}
