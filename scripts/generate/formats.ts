// How each format is checked. One that is not here stops generation.
import { SpecError } from './spec-node.ts'

const formatChecks: Readonly<Record<string, { readonly types: readonly string[]; readonly check: string }>> =
  {
    date: { types: ['string'], check: String.raw`/^\d{4}-\d\d-\d\d$/.test(value) && date(value)` },
    'date-time': {
      types: ['string'],
      check: String.raw`/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(value) && date(value)`,
    },
    double: { types: ['number'], check: '' },
    float: { types: ['number'], check: '' },
    int32: { types: ['integer'], check: '((value as number) | 0) === value' },
    int64: { types: ['integer'], check: 'Math.abs(value as number) <= 2 ** 63' },
    uuid: { types: ['string'], check: String.raw`/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value)` },
  }

/** Writes what must hold of a value of a type for a format. The empty text means that the format says nothing of this type. */
export function formatCondition(format: unknown, type: string, pointer: string): string {
  const known =
    typeof format === 'string' && Object.hasOwn(formatChecks, format) ? formatChecks[format] : undefined
  if (known === undefined)
    throw new SpecError(pointer, `the format ${JSON.stringify(format)} cannot be checked`)
  return known.types.includes(type) ? known.check : ''
}
