/** Writes a text as a literal of TypeScript. */
export const quote = (value: string): string =>
  `'${JSON.stringify(value).slice(1, -1).replaceAll(`'`, `\\'`)}'`
