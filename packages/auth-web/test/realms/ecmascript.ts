// What each edition of ECMAScript has as globals, and which methods are newer than it.
// Source: the tables of contents of ECMA-262, https://262.ecma-international.org, and @mdn/browser-compat-data 8.1.9 for the methods.

const globals: readonly (readonly [edition: number, names: string])[] = [
  [
    2017,
    `Array ArrayBuffer Boolean DataView Date Error EvalError Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array
    Intl JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError
    URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakSet decodeURI decodeURIComponent encodeURI
    encodeURIComponent escape eval isFinite isNaN parseFloat parseInt undefined unescape`,
  ],
  [2020, 'BigInt BigInt64Array BigUint64Array globalThis'],
  [2021, 'AggregateError FinalizationRegistry WeakRef'],
  [2025, 'Float16Array Iterator'],
]

const methods: readonly (readonly [edition: number, names: string])[] = [
  [2018, 'Promise#finally'],
  [
    2019,
    'Array#flat Array#flatMap Object.fromEntries String#trimStart String#trimEnd String#trimLeft String#trimRight',
  ],
  [2020, 'Promise.allSettled String#matchAll'],
  [2021, 'Promise.any String#replaceAll'],
  [2022, 'Array#at Object.hasOwn String#at'],
  [2023, 'Array#findLast Array#findLastIndex Array#toReversed Array#toSorted Array#toSpliced Array#with'],
  [2024, 'Map.groupBy Object.groupBy Promise.withResolvers String#isWellFormed String#toWellFormed'],
  [
    2025,
    `Array.fromAsync Promise.try RegExp.escape Set#difference Set#intersection Set#isDisjointFrom Set#isSubsetOf Set#isSupersetOf
    Set#symmetricDifference Set#union Uint8Array#toBase64 Uint8Array.fromBase64 Error.isError Math.sumPrecise`,
  ],
]

const words = (text: string): string[] => text.trim().split(/\s+/)

/** The globals of an edition. */
export function globalsOf(edition: number): string[] {
  return globals.flatMap(([since, names]) => (since <= edition ? words(names) : []))
}

/** The methods that an edition does not have yet, such as `Array#at` or `Object.hasOwn`. */
export function methodsAfter(edition: number): string[] {
  return methods.flatMap(([since, names]) => (since > edition ? words(names) : []))
}
