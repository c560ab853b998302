/**
 * What a program accepts, as its hello tells it in JSON Schema, as attributes of a definition: enough of the schema to type what is
 * read from text, and to refuse what is plainly wrong. The program has the last word.
 */

import * as t from 'io-ts'

import type { AnyCodec, AttributeSpec, Attributes } from '../../footprint/footprint.ts'

type Schema = Readonly<Record<string, unknown>>

const anything: AnyCodec = new t.Type<unknown>(
  'anything',
  (value): value is unknown => value !== undefined,
  (value, context) => (value === undefined ? t.failure(value, context) : t.success(value)),
  t.identity,
)

/** Where it tells nothing, everything is taken. */
export function attributesOfSchema(schema: Schema | undefined): Attributes {
  const properties = schema?.properties
  if (!isSchema(properties)) return t.UnknownRecord
  const required = Array.isArray(schema?.required) ? schema.required : []
  const attributes: Record<string, AttributeSpec> = {}
  for (const [name, told] of Object.entries(properties))
    attributes[name] = attributeOf(isSchema(told) ? told : {}, required.includes(name))
  return attributes
}

function attributeOf(schema: Schema, isRequired: boolean): AttributeSpec {
  const codec = codecOf(schema)
  const hasDefault = schema.default !== undefined
  return {
    type: isRequired || hasDefault ? codec : t.union([codec, t.undefined]),
    ...(typeof schema.description === 'string' && { info: schema.description }),
    ...(hasDefault && { default: schema.default }),
    ...(Array.isArray(schema.enum) && {
      values: isRequired || hasDefault ? schema.enum : [...schema.enum, undefined],
    }),
  }
}

function codecOf(schema: Schema): AnyCodec {
  const { type } = schema
  if (Array.isArray(type)) {
    const [first = anything, second, ...rest] = type.map(one => codecOf({ ...schema, type: one }))
    return second === undefined ? first : t.union([first, second, ...rest])
  }
  switch (type) {
    case 'integer':
      return t.Int
    case 'number':
      return t.number
    case 'string':
      return t.string
    case 'boolean':
      return t.boolean
    case 'null':
      return t.null
    case 'array':
      return isSchema(schema.items) ? t.array(codecOf(schema.items)) : t.array(t.unknown, 'array')
    case 'object':
      return t.record(t.string, t.unknown, 'object')
    default:
      return anything
  }
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
