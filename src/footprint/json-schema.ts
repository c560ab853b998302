/** JSON Schema of what a schema takes, as far as it can be said in JSON Schema; `{}`, anything, where it cannot. */

import type { AnyCodec, WalkedCodec } from './codec.ts'
import { deepestSchema } from './limits.ts'
import { type AnySchema, isStandardSchema } from './schema.ts'

export type JsonSchema = { readonly [keyword: string]: unknown }

export const jsonSchemaOf = (schema: AnySchema): JsonSchema =>
  isStandardSchema(schema) ? ofStandard(schema) : ofCodec(schema)

/** Some libraries offer it beside the standard (zod does); what they offer says more than we could. */
interface OffersJsonSchema {
  readonly '~standard': { readonly jsonSchema?: { input(options: { target: string }): JsonSchema } }
}

function ofStandard(schema: unknown): JsonSchema {
  try {
    const { $schema: _, ...rest } = (schema as OffersJsonSchema)['~standard'].jsonSchema?.input({
      target: 'draft-2020-12',
    }) ?? { $schema: '' }
    return rest
  } catch {
    return {} // libraries throw for what has no JSON Schema: a transformation, a class
  }
}

const plain: Readonly<Record<string, JsonSchema>> = {
  AnyArrayType: { type: 'array' },
  AnyDictionaryType: { type: 'object' },
  BooleanType: { type: 'boolean' },
  NullType: { type: 'null' },
  NumberType: { type: 'number' },
  ObjectType: { type: 'object' },
  StringType: { type: 'string' },
}

function ofCodec(codec: AnyCodec, depth = 0): JsonSchema {
  const { _tag = '', name, type, types = [], props = {}, codomain, keys = {}, value } = codec as WalkedCodec
  const inner = (one: AnyCodec | undefined) =>
    one === undefined || depth > deepestSchema ? {} : ofCodec(one, depth + 1)
  switch (_tag) {
    case 'LiteralType':
      return { const: value }
    case 'KeyofType':
      return { enum: Object.keys(keys) }
    case 'RefinementType':
      return name === 'Int' || name === 'Integer' ? { type: 'integer' } : { ...inner(type), title: name }
    case 'ReadonlyType':
      return inner(type)
    case 'ExactType':
      return { ...inner(type), additionalProperties: false }
    case 'RecursiveType':
      return { title: name }
    case 'ArrayType':
    case 'ReadonlyArrayType':
      return { type: 'array', items: inner(type) }
    case 'TupleType':
      return { type: 'array', prefixItems: types.map(inner), minItems: types.length, maxItems: types.length }
    case 'InterfaceType':
    case 'StrictType':
    case 'PartialType':
      return ofProperties(props, inner, _tag !== 'PartialType')
    case 'DictionaryType':
      return { type: 'object', additionalProperties: inner(codomain) }
    case 'IntersectionType':
      return { allOf: types.map(inner) }
    case 'UnionType':
      return ofUnion(types.filter(takesSomething).map(inner))
    case 'FromString':
      return { anyOf: [inner(type), { type: 'string' }] }
    default:
      return plain[_tag] ?? (_tag === 'UnknownType' || _tag === 'AnyType' ? {} : { title: name })
  }
}

/** `undefined` is how an optional attribute is written in io-ts; in JSON it is left out. */
const takesSomething = (codec: WalkedCodec): boolean =>
  codec._tag !== 'UndefinedType' && codec._tag !== 'VoidType'

function ofUnion(schemas: readonly JsonSchema[]): JsonSchema {
  const [first = {}, ...others] = schemas
  if (others.length === 0) return first
  return schemas.every(one => 'const' in one) ? { enum: schemas.map(one => one.const) } : { anyOf: schemas }
}

function ofProperties(
  props: Readonly<Record<string, WalkedCodec>>,
  inner: (codec: AnyCodec) => JsonSchema,
  needed: boolean,
): JsonSchema {
  const properties = Object.fromEntries(Object.entries(props).map(([key, one]) => [key, inner(one)]))
  const required = needed ? Object.keys(props).filter(key => !takesUndefined(props[key])) : []
  return { type: 'object', properties, ...(required.length > 0 && { required }) }
}

const takesUndefined = (codec: AnyCodec | undefined): boolean => codec?.is(undefined) ?? false

/** A value that the schema should take; `undefined` where none can be thought of. */
export function exampleOf(schema: JsonSchema, depth = 0): unknown {
  if (depth > deepestSchema) return undefined
  const next = (one: unknown) => exampleOf((one ?? {}) as JsonSchema, depth + 1)
  const list = (keyword: string) => schema[keyword] as readonly JsonSchema[] | undefined
  if ('const' in schema) return schema.const
  if ('default' in schema) return schema.default
  const [listed] = (schema.enum ?? schema.examples ?? []) as readonly unknown[]
  if (listed !== undefined) return listed
  const [branch] = list('anyOf') ?? list('oneOf') ?? []
  if (branch !== undefined) return next(branch)
  const all = list('allOf')
  if (all !== undefined) return Object.assign({}, ...all.map(next))
  switch (schema.type) {
    case 'integer':
    case 'number':
      return Math.max(Number(schema.minimum ?? 1), Number(schema.exclusiveMinimum ?? 0) + 1)
    case 'string':
      return 'text'
    case 'boolean':
      return true
    case 'null':
      return null
    case 'array':
      return list('prefixItems')?.map(next) ?? [next(schema.items)].filter(item => item !== undefined)
    case 'object': {
      const { properties = {}, required = [] } = schema as {
        properties?: Readonly<Record<string, unknown>>
        required?: readonly string[]
      }
      return Object.fromEntries(required.map(key => [key, next(properties[key])]))
    }
    default:
      return undefined
  }
}
