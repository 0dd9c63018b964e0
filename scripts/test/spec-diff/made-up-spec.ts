// A small spec to change, with one operation, and what a change of it does to callers.

/** A spec as plain data that a test may change. */
// oxlint-disable-next-line typescript/no-explicit-any -- the tests reach into it by any key
export type Spec = Record<string, any>

/** Makes the spec: `POST /subject` sends `Sent`, and receives `Received`. */
export function madeUpSpec(): Spec {
  return {
    openapi: '3.1.1',
    info: { title: 'Made up', version: '1.0.0' },
    servers: [
      {
        url: 'https://{envId}.{regionHost}',
        variables: {
          envId: { default: 'my-env' },
          regionHost: {
            default: 'one.example',
            enum: ['one.example', 'two.example'],
            'x-regions': { 'one.example': ['east', 'west'], 'two.example': ['south'] },
          },
        },
      },
    ],
    paths: {
      '/subject': {
        post: {
          operationId: 'subject',
          parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer' } }],
          requestBody: {
            content: {
              'application/json': { schema: { $ref: '#/components/schemas/Sent' } },
              'text/plain': { schema: {} },
            },
          },
          responses: {
            200: {
              description: 'Good',
              headers: { 'x-id': { schema: { type: 'string' } } },
              content: {
                'application/json': {
                  schema: { $ref: '#/components/schemas/Received' },
                  examples: { good: { value: {} } },
                },
              },
            },
            404: {
              description: 'Nothing there',
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } },
            },
            default: {
              description: 'Failed',
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } },
            },
          },
        },
      },
    },
    components: {
      schemas: {
        Sent: { type: 'object', properties: { always: { type: 'string' } } },
        Received: { type: 'object', properties: { always: { type: 'string' } } },
        Failure: { type: 'object', properties: { error: { type: 'string' } } },
      },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  }
}

/** What a caller wrote before the change and what no longer holds after it. */
export type Witness =
  /** Statements that compile with the types of the older spec and not with those of the newer one. */
  | { readonly code: string }
  /** A request that Prism accepts when it serves the older spec and refuses when it serves the newer one. */
  | {
      readonly request: {
        readonly body?: unknown
        readonly path?: string
        readonly headers?: Readonly<Record<string, string>>
      }
    }
  /** An answer that the newer spec allows, and that the validator of the older spec, which callers still have, refuses. */
  | { readonly answer: unknown }
  /** The address at which callers reach the service is another one. */
  | { readonly address: true }
  /** An answer that the generated validators take for a dead token in only one of the two. */
  | { readonly verdict: unknown }
