/** `describe`: what the workers of a registry accept, as Markdown for people or as data for programs. */

import { compileAttribute } from '../footprint/attribute.ts'
import { type AttributeSpec, type Attributes, isRejection } from '../footprint/footprint.ts'
import { exampleOf, type JsonSchema, jsonSchemaOf } from '../footprint/json-schema.ts'
import { type AnySchema, decoderOf, isSchema } from '../footprint/schema.ts'
import { showValue } from '../words/show-value.ts'
import { priorityLevels } from './priorities.ts'
import type { Registry } from './registry.ts'
import type { AnyWorker } from './worker.ts'

/** One attribute. Values that JSON does not know are texts. */
export interface AttributeDescription {
  readonly name: string
  readonly info?: string
  readonly type: string
  readonly required: boolean
  /** Used when it is left out. */
  readonly default?: unknown
  /** Its default is a function, which makes one for each instruction. */
  readonly madeAnew?: true
  readonly values?: readonly unknown[]
  readonly outcast?: readonly unknown[]
  readonly alias?: readonly string[]
  readonly remap?: Readonly<Record<string, unknown>>
}

/** What {@link describe} says of one worker. */
export interface WorkerDescription {
  readonly name: string
  readonly info: string
  readonly version?: string
  readonly priority: string
  readonly bind?: readonly unknown[]
  /** What each guard expects, by the key that it looks at. */
  readonly only?: readonly { readonly key: string; readonly expects: string }[]
  /** Absent where one schema describes the whole instruction. */
  readonly attributes?: readonly AttributeDescription[]
  /** JSON Schema of an instruction, as far as it can be said so. */
  readonly instruction: JsonSchema
  /** An instruction that the footprint accepts, where one could be thought of. */
  readonly example?: unknown
}

/** What {@link describe} says of a registry, as data. */
export interface RegistryDescription {
  /** The priority levels, the lowest first. */
  readonly levels: readonly string[]
  readonly workers: readonly WorkerDescription[]
}

type Described = AnyWorker | readonly AnyWorker[] | Registry

/**
 * Describes what may be given to workers: attributes, types, defaults, values, aliases, guards, priority, an example.
 *
 * @param workers  a definition, several, or a registry
 * @param options  `format`: Markdown for people (default), or plain data with JSON Schema in it
 *
 * @example
 * console.log(describe([sleeper, primes]))
 * await writeFile('workers.json', JSON.stringify(describe(known, { format: 'json' })))
 */
export function describe(workers: Described, options?: { readonly format?: 'markdown' }): string
export function describe(workers: Described, options: { readonly format: 'json' }): RegistryDescription
export function describe(
  workers: Described,
  { format = 'markdown' }: { readonly format?: 'markdown' | 'json' } = {},
): string | RegistryDescription {
  const { definitions, levels } = toRegistry(workers)
  const description = { levels, workers: definitions.map(describeWorker) }
  return format === 'json' ? description : toMarkdown(description.workers)
}

function toRegistry(workers: Described): Pick<Registry, 'definitions' | 'levels'> {
  if ('choose' in workers) return workers
  return { definitions: 'footprint' in workers ? [workers] : workers, levels: priorityLevels() }
}

function describeWorker(worker: AnyWorker): WorkerDescription {
  const { name, info, version, priority, bind, guards, footprint } = worker
  const { attr } = footprint
  const attributes = isSchema(attr) ? undefined : Object.entries(attr).map(describeAttribute)
  const instruction = instructionSchema(attr)
  const example = exampleFor(worker, instruction)
  return {
    name,
    info,
    ...(version !== undefined && { version }),
    priority,
    ...(bind.length > 0 && { bind: bind.map(toJson) }),
    ...(guards && { only: guards.list.map(({ key, expects }) => ({ key, expects })) }),
    ...(attributes && { attributes }),
    instruction,
    ...(example !== undefined && { example }),
  }
}

const specOf = (from: AnySchema | AttributeSpec): AttributeSpec => (isSchema(from) ? { type: from } : from)

const aliasesOf = ({ alias = [] }: AttributeSpec): readonly string[] =>
  typeof alias === 'string' ? [alias] : alias

function describeAttribute([name, from]: [string, AnySchema | AttributeSpec]): AttributeDescription {
  const spec = specOf(from)
  const { info, values, outcast, remap } = spec
  const alias = aliasesOf(spec)
  return {
    name,
    ...(info !== undefined && { info }),
    type: decoderOf(spec.type).name,
    required: isRequired(spec),
    ...describeDefault(spec),
    ...(values && { values: values.map(toJson) }),
    ...(outcast && { outcast: outcast.map(toJson) }),
    ...(alias.length > 0 && { alias }),
    ...(remap && { remap: Object.fromEntries(Object.entries(remap).map(([key, to]) => [key, toJson(to)])) }),
  }
}

function describeDefault(spec: AttributeSpec): Pick<AttributeDescription, 'default' | 'madeAnew'> {
  if (!('default' in spec)) return {}
  return typeof spec.default === 'function' ? { madeAnew: true } : { default: toJson(spec.default) }
}

const isRequired = (spec: AttributeSpec): boolean =>
  !('default' in spec) && compileAttribute('it', spec).needed

function instructionSchema(attr: Attributes): JsonSchema {
  if (isSchema(attr)) return jsonSchemaOf(attr)
  const specs = Object.entries(attr).map(([name, from]) => ({ name, spec: specOf(from) }))
  const properties = specs.flatMap(({ name, spec }) => [
    [name, attributeSchema(spec)],
    ...aliasesOf(spec).map(alias => [alias, { description: `The same as "${name}".` }]),
  ])
  const needed = specs.filter(({ spec }) => isRequired(spec))
  const required = needed.filter(({ spec }) => aliasesOf(spec).length === 0).map(({ name }) => name)
  const spelled = needed
    .filter(({ spec }) => aliasesOf(spec).length > 0)
    .map(({ name, spec }) => ({ oneOf: [name, ...aliasesOf(spec)].map(one => ({ required: [one] })) }))
  return {
    type: 'object',
    properties: Object.fromEntries(properties) as JsonSchema,
    ...(required.length > 0 && { required }),
    ...(spelled.length > 0 && { allOf: spelled }),
  }
}

function attributeSchema(spec: AttributeSpec): JsonSchema {
  const { type, info, values, outcast, remap } = spec
  const written = values ? { enum: values.map(toJson) } : jsonSchemaOf(type)
  const kept = outcast ? { ...written, not: { enum: outcast.map(toJson) } } : written
  const said = remap ? { anyOf: [kept, { enum: Object.keys(remap) }] } : kept
  return {
    ...said,
    ...(info !== undefined && { description: info }),
    ...('default' in spec && typeof spec.default !== 'function' && { default: toJson(spec.default) }),
  }
}

/** What is thought of is tried: an example that the footprint refuses would be worse than none. */
function exampleFor({ footprint }: AnyWorker, schema: JsonSchema): unknown {
  const { attr } = footprint
  const example = isSchema(attr)
    ? exampleOf(schema)
    : Object.fromEntries(
        Object.entries(attr)
          .map(([name, from]) => [name, specOf(from)] as const)
          .filter(([, spec]) => isRequired(spec))
          .map(([name, spec]) => [name, exampleOf(attributeSchema(spec))]),
      )
  if (typeof example !== 'object' || example === null) return undefined
  return isRejection(footprint.decode(example as Record<string, unknown>)) ? undefined : example
}

/** What JSON does not know, as people write it. */
function toJson(value: unknown): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  try {
    return typeof value === 'object' ? JSON.parse(JSON.stringify(value)) : showValue(value)
  } catch {
    return showValue(value) // a bigint inside, or a circle
  }
}

const toMarkdown = (workers: readonly WorkerDescription[]): string =>
  `${workers.map(workerToMarkdown).join('\n\n')}\n`

function workerToMarkdown(worker: WorkerDescription): string {
  const { name, info, version, priority, bind, only = [], attributes, instruction, example } = worker
  const facts = [
    priority !== 'default' && `Priority: ${priority}.`,
    version !== undefined && `Version: ${version}.`,
    bind && `Bound to: ${bind.map(one => showValue(one)).join(', ')}.`,
    only.length > 0 &&
      `Only with ${only.map(({ key, expects }) => `${code(key)} ${expects}`).join(', and ')}.`,
  ]
  return [
    `## ${name}`,
    info,
    facts.filter(fact => fact !== false && fact !== undefined).join(' '),
    attributes === undefined
      ? fence(instruction)
      : attributes.length > 0
        ? table(attributes)
        : 'No attributes.',
    example === undefined ? '' : `Example: ${code(JSON.stringify(example))}`,
  ]
    .filter(part => part !== '')
    .join('\n\n')
}

const fence = (value: unknown): string => `\`\`\`json\n${JSON.stringify(value, undefined, 2)}\n\`\`\``

function table(attributes: readonly AttributeDescription[]): string {
  const rows = attributes.map(one => [code(one.name), code(one.type), ifLeftOut(one), remarks(one)])
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replace(/[\n|]/g, escapeCell)).join(' | ')} |`
  return [line(['attribute', 'type', 'default', 'what']), '|---|---|---|---|', ...rows.map(line)].join('\n')
}

function ifLeftOut(one: AttributeDescription): string {
  if (one.required) return 'required'
  if (one.madeAnew) return 'made anew'
  return 'default' in one ? code(JSON.stringify(one.default)) : 'optional'
}

const escapeCell = (character: string): string => (character === '|' ? '\\|' : ' ')

const remarks = ({ info, values, outcast, alias, remap }: AttributeDescription): string =>
  [
    info,
    values && `One of ${listed(values)}.`,
    outcast && `Never ${listed(outcast)}.`,
    alias && `Also called ${alias.map(code).join(', ')}.`,
    remap &&
      `${Object.entries(remap)
        .map(([from, to]) => `${code(from)} means ${code(JSON.stringify(to))}`)
        .join(', ')}.`,
  ]
    .filter(remark => remark !== undefined)
    .join(' ')

const listed = (values: readonly unknown[]): string =>
  values.map(value => code(JSON.stringify(value))).join(', ')
const code = (text: string): string => `\`${text}\``
