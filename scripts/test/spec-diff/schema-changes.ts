// Changes of one property of a schema, with their consequence where callers send it and where they receive it.
import type { Consequence } from '../../spec-diff/change.ts'
import type { Witness } from './made-up-spec.ts'

type Verdict = Exclude<Consequence, 'breaking'> | Witness

/** One change of the property `p`. A verdict that is a witness is `breaking`. */
export interface SchemaChange {
  readonly name: string
  /** The schema of `p`, or undefined where there is no such property. */
  readonly before: object | undefined
  readonly after: object | undefined
  /** Whether `p` is required. */
  readonly required?: readonly [before: boolean, after: boolean]
  readonly sent: Verdict
  readonly received: Verdict
}

const text = { type: 'string' }
const change = (
  name: string,
  before: object | undefined,
  after: object | undefined,
  sent: Verdict,
  received: Verdict,
  required?: readonly [boolean, boolean],
): SchemaChange => ({ name, before, after, sent, received, ...(required && { required }) })
const code = (source: string): Witness => ({ code: source })
const body = (p: unknown): Witness => ({ request: { body: { p } } })
const answer = (p: unknown): Witness => ({ answer: { p } })
const both = 'additive'

export const schemaChanges: readonly SchemaChange[] = [
  change('an optional property is added', undefined, text, both, both),
  change('a property is removed', text, undefined, code(`send({ p: 'a' })`), code('received.p')),
  change('a required property is added', undefined, text, code('send({})'), both, [false, true]),
  change('a property becomes required', text, text, code('send({})'), both, [false, true]),
  change('a property becomes optional', text, text, both, code('const p: string = received.p'), [
    true,
    false,
  ]),
  change('another type', text, { type: 'integer' }, code(`send({ p: 'a' })`), code(`received.p?.trim()`)),
  change(
    'may be null',
    text,
    { type: ['string', 'null'] },
    both,
    code('const p: string | undefined = received.p'),
  ),
  change('may no longer be null', { type: ['string', 'null'] }, text, code('send({ p: null })'), both),
  change('a type more', text, { type: ['string', 'integer'] }, both, code('received.p?.trim()')),
  change(
    'a type less',
    { type: ['string', 'integer'] },
    text,
    code('send({ p: 1 })'),
    code(`if (typeof received.p === 'number') received.p.toFixed()`),
  ),
  change('any number instead of an integer', { type: 'integer' }, { type: 'number' }, both, answer(0.5)),
  change('an integer instead of any number', { type: 'number' }, { type: 'integer' }, body(0.5), both),
  change('anything instead of a type', text, {}, both, code('received.p?.trim()')),
  change(
    'a type instead of anything',
    {},
    text,
    code('send({ p: 1 })'),
    code(`if (typeof received.p === 'number') received.p.toFixed()`),
  ),
  change(
    'an enum value is added',
    { enum: ['a'] },
    { enum: ['a', 'b'] },
    both,
    code(`const p: 'a' | undefined = received.p`),
  ),
  change(
    'an enum value is removed',
    { enum: ['a', 'b'] },
    { enum: ['a'] },
    code(`send({ p: 'b' })`),
    code(`received.p === 'b'`),
  ),
  change(
    'an enum is added',
    text,
    { type: 'string', enum: ['a'] },
    code(`send({ p: 'b' })`),
    code(`received.p === 'b'`),
  ),
  change(
    'an enum is removed',
    { type: 'string', enum: ['a'] },
    text,
    both,
    code(`const p: 'a' | undefined = received.p`),
  ),
  change('another const', { const: 1 }, { const: 2 }, code('send({ p: 1 })'), code('received.p === 1')),
  change('a format is added', text, { type: 'string', format: 'date' }, body('today'), both),
  change('a format is removed', { type: 'string', format: 'date' }, text, both, answer('today')),
  change(
    'another format',
    { type: 'string', format: 'date' },
    { type: 'string', format: 'date-time' },
    body('2024-01-01'),
    answer('2024-01-01T00:00:00Z'),
  ),
  change('a pattern is added', text, { type: 'string', pattern: '^a' }, body('b'), both),
  change('a pattern is removed', { type: 'string', pattern: '^a' }, text, both, answer('b')),
  change(
    'another pattern',
    { type: 'string', pattern: '^a' },
    { type: 'string', pattern: '^b' },
    body('a'),
    answer('b'),
  ),
  change(
    'minLength rises',
    { type: 'string', minLength: 1 },
    { type: 'string', minLength: 2 },
    body('a'),
    both,
  ),
  change(
    'minLength falls',
    { type: 'string', minLength: 2 },
    { type: 'string', minLength: 1 },
    both,
    answer('a'),
  ),
  change('maxLength is added', text, { type: 'string', maxLength: 1 }, body('ab'), both),
  change('maxLength is removed', { type: 'string', maxLength: 1 }, text, both, answer('ab')),
  change('minimum rises', { type: 'integer', minimum: 1 }, { type: 'integer', minimum: 2 }, body(1), both),
  change('maximum rises', { type: 'integer', maximum: 1 }, { type: 'integer', maximum: 2 }, both, answer(2)),
  change(
    'exclusiveMaximum falls',
    { type: 'number', exclusiveMaximum: 2 },
    { type: 'number', exclusiveMaximum: 1 },
    body(1),
    both,
  ),
  change(
    'minItems is added',
    { type: 'array', items: text },
    { type: 'array', items: text, minItems: 1 },
    body([]),
    both,
  ),
  change(
    'maxItems rises',
    { type: 'array', items: text, maxItems: 1 },
    { type: 'array', items: text, maxItems: 2 },
    both,
    answer(['a', 'b']),
  ),
  change(
    'maxProperties falls',
    { type: 'object', maxProperties: 1 },
    { type: 'object', maxProperties: 0 },
    body({ a: 1 }),
    both,
  ),
  change(
    'items of another type',
    { type: 'array', items: text },
    { type: 'array', items: { type: 'integer' } },
    code(`send({ p: ['a'] })`),
    code('received.p?.[0]?.trim()'),
  ),
  change(
    'additionalProperties: true is added',
    { type: 'object', properties: { q: text } },
    { type: 'object', properties: { q: text }, additionalProperties: true },
    both,
    code(`declare const name: keyof NonNullable<typeof received.p>\nconst q: 'q' = name`),
  ),
  change(
    'additionalProperties: true is removed',
    { type: 'object', properties: { q: text }, additionalProperties: true },
    { type: 'object', properties: { q: text } },
    code(`send({ p: { q: 'a', r: 1 } })`),
    code('received.p?.r'),
  ),
  change(
    'a nested property is removed',
    { type: 'object', properties: { q: text, r: text } },
    { type: 'object', properties: { r: text } },
    code(`send({ p: { q: 'a' } })`),
    code('received.p?.q'),
  ),
  change(
    'a branch of oneOf is added',
    { oneOf: [text] },
    { oneOf: [text, { type: 'integer' }] },
    both,
    code('received.p?.trim()'),
  ),
  change(
    'a branch of oneOf is removed',
    { oneOf: [text, { type: 'integer' }] },
    { oneOf: [text] },
    code('send({ p: 1 })'),
    code(`if (typeof received.p === 'number') received.p.toFixed()`),
  ),
  change(
    'a branch of anyOf is added',
    { anyOf: [text] },
    { anyOf: [text, { type: 'null' }] },
    both,
    code('const p: string | undefined = received.p'),
  ),
  change(
    'a branch of anyOf changes',
    { anyOf: [text, { type: 'null' }] },
    { anyOf: [text, { type: 'boolean' }] },
    code('send({ p: null })'),
    code('const p: string | null | undefined = received.p'),
  ),
  change(
    'a branch of allOf is added',
    { allOf: [{ type: 'object', properties: { q: text } }] },
    {
      allOf: [
        { type: 'object', properties: { q: text } },
        { type: 'object', required: ['r'], properties: { r: text } },
      ],
    },
    code(`send({ p: { q: 'a' } })`),
    both,
  ),
  change(
    'a branch of allOf is removed',
    {
      allOf: [
        { type: 'object', properties: { q: text } },
        { type: 'object', properties: { r: text } },
      ],
    },
    { allOf: [{ type: 'object', properties: { q: text } }] },
    code(`send({ p: { r: 'a' } })`),
    code('received.p?.r'),
  ),
  change(
    'oneOf is added',
    {},
    { oneOf: [text, { type: 'boolean' }] },
    code('send({ p: 1 })'),
    code(`if (typeof received.p === 'number') received.p.toFixed()`),
  ),
  change('a default is added', text, { type: 'string', default: 'a' }, code('send({})'), both),
  change(
    'a default is removed',
    { type: 'string', default: 'a' },
    text,
    code('const p: string = sent.p'),
    code('const p: string = received.p'),
  ),
  change('a description', text, { type: 'string', description: 'A text' }, 'docs', 'docs'),
  change(
    'an example',
    { type: 'string', examples: ['a'] },
    { type: 'string', examples: ['b'] },
    'docs',
    'docs',
  ),
  change('deprecated', text, { type: 'string', deprecated: true }, both, both),
]
