// Writes the page of the HTTP API from spec/auth.openapi.yaml: operations, parameters, answers with their examples, shapes.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '@tokenward/scripts/test-bed/run-command'
import { parse } from 'yaml'

interface Ref {
  readonly $ref?: string
}
interface Schema extends Ref {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}
interface Example extends Ref {
  readonly summary?: string
  readonly value?: unknown
}
interface Media {
  readonly schema?: Schema
  readonly examples?: Readonly<Record<string, Example>>
}
interface Answer extends Ref {
  readonly description?: string
  readonly content?: Readonly<Record<string, Media>>
}
interface Parameter extends Ref {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly description?: string
}
interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly security?: readonly unknown[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: Answer
  readonly responses: Readonly<Record<string, Answer>>
}
interface Spec {
  readonly servers: readonly { readonly url: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

const cell = (text = ''): string =>
  text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').replaceAll('<', '&lt;').trim()

/** The page as Markdown. The spec is known to be valid: `npm test` lints it. */
export function describeSpec(): string {
  const spec = parse(readFileSync(join(root, 'spec/auth.openapi.yaml'), 'utf8')) as Spec

  function follow<Value extends Ref>(value: Value): Value {
    if (!value.$ref) return value
    const keys = value.$ref.split('/').slice(1)
    return follow(keys.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], spec) as Value)
  }

  const typeOf = (schema: Schema): string => {
    if (schema.$ref) {
      const name = schema.$ref.split('/').at(-1) ?? ''
      return `[${name}](#${name.toLowerCase()})`
    }
    if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ')
    if (schema.items) return `array of ${typeOf(schema.items)}`
    return [schema.type ?? 'anything'].flat().join(' or ')
  }

  const examples = (content: Answer['content'] = {}): string =>
    Object.entries(content)
      .flatMap(([type, media]) =>
        Object.values(media.examples ?? {}).map((reference) => {
          const { summary, value } = follow(reference)
          const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
          return `${summary ?? 'Example'}, \`${type}\`:\n\n\`\`\`json\n${text}\n\`\`\`\n`
        }),
      )
      .join('\n')

  const describeOperation = ([path, method, operation]: readonly [string, string, Operation]): string => {
    const parameters = (operation.parameters ?? []).map(follow)
    return [
      `## ${operation.summary} {#${operation.operationId}}\n`,
      `\`${method.toUpperCase()} ${path}\`, operation \`${operation.operationId}\`${operation.security?.length === 0 ? '' : ', with `Authorization: Bearer`'}\n`,
      `${operation.description}\n`,
      ...(parameters.length > 0
        ? [
            '| parameter | in | required | meaning |\n| --- | --- | --- | --- |',
            ...parameters.map(
              (parameter) =>
                `| \`${parameter.name}\` | ${parameter.in} | ${parameter.required ? 'yes' : 'no'} | ${cell(parameter.description)} |`,
            ),
            '',
          ]
        : []),
      ...(operation.requestBody
        ? [
            `**Body.** ${follow(operation.requestBody).description ?? ''}\n`,
            examples(follow(operation.requestBody).content),
          ]
        : []),
      ...Object.entries(operation.responses).flatMap(([status, reference]) => {
        const answer = follow(reference)
        const type = Object.values(answer.content ?? {})[0]?.schema
        return [
          `### ${status} {#${operation.operationId}-${status}}\n`,
          `${answer.description ?? ''}${type ? ` Shape: ${typeOf(type)}.` : ''}\n`,
          examples(answer.content),
        ]
      }),
    ].join('\n')
  }

  const describeShape = ([name, schema]: readonly [string, Schema]): string =>
    [
      `### ${name} {#${name.toLowerCase()}}\n`,
      `${schema.description ?? ''}\n`,
      ...(schema.properties
        ? [
            '| field | type | required | meaning |\n| --- | --- | --- | --- |',
            ...Object.entries(schema.properties).map(
              ([field, property]) =>
                `| \`${field}\` | ${typeOf(property)} | ${schema.required?.includes(field) ? 'yes' : 'no'} | ${cell(property.description ?? follow(property).description)} |`,
            ),
            '',
          ]
        : []),
    ].join('\n')

  const operations = Object.entries(spec.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [path, method, operation] as const),
  )
  return `# HTTP API

Generated from [spec/auth.openapi.yaml](https://github.com/tokenward/tokenward/blob/main/spec/auth.openapi.yaml). How sure each fact is:
[spec/README.md](https://github.com/tokenward/tokenward/blob/main/spec/README.md). The document is also a file of the package
\`@tokenward/auth-core\`.

| address | |
| --- | --- |
${spec.servers.map(({ url, description }) => `| \`${url}\` | ${cell(description)} |`).join('\n')}

${operations.map(describeOperation).join('\n')}

## Shapes

${Object.entries(spec.components.schemas).map(describeShape).join('\n')}`
}
