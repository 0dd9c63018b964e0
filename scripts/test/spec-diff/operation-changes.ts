// Changes of operations, answers, security, servers and our own extensions, with their consequence.
import type { Consequence, Direction } from '../../spec-diff/change.ts'
import type { Spec, Witness } from './made-up-spec.ts'

export interface OperationChange {
  readonly name: string
  /** Prepares the older spec. */
  readonly before?: (spec: Spec) => void
  /** Makes the newer spec of the older one. */
  readonly change: (spec: Spec) => void
  readonly direction: Direction
  readonly consequence: Consequence
  /** Every kind of breaking change has one, but for what the program does not understand. */
  readonly witness?: Witness
}

const subject = (spec: Spec): Spec => spec.paths['/subject'].post
const good = (spec: Spec): Spec => subject(spec).responses[200]
const host = (spec: Spec): Spec => spec.servers[0].variables.regionHost
const code = (source: string): Witness => ({ code: source })
const withToken = (spec: Spec): void => void (subject(spec).security = [{ bearer: [] }])
const oauth = (scopes: readonly string[]) => (spec: Spec) => {
  const flows = {
    clientCredentials: { tokenUrl: 'https://a.example', scopes: { read: 'Read', write: 'Write' } },
  }
  spec.components.securitySchemes.oauth = { type: 'oauth2', flows }
  subject(spec).security = [{ oauth: scopes }]
}

function row(
  name: string,
  direction: Direction,
  verdict: Consequence | Witness,
  change: (spec: Spec) => void,
  before?: (spec: Spec) => void,
): OperationChange {
  const outcome =
    typeof verdict === 'string'
      ? { consequence: verdict }
      : { consequence: 'breaking' as const, witness: verdict }
  return { name, direction, change, ...outcome, ...(before && { before }) }
}

export const operationChanges: readonly OperationChange[] = [
  row('an operation is added', 'both', 'additive', (spec) => {
    spec.paths['/other'] = { get: { operationId: 'other', responses: { 200: { description: 'Good' } } } }
  }),
  row('an operation is removed', 'both', code(`type A = paths['/subject']['post']['responses']`), (spec) => {
    spec.paths['/subject'] = {}
  }),
  row('a path is renamed', 'both', code(`type A = paths['/subject']`), (spec) => {
    spec.paths = { '/renamed': spec.paths['/subject'] }
  }),
  row('another method', 'both', code(`type A = paths['/subject']['post']['responses']`), (spec) => {
    const { post } = spec.paths['/subject']
    spec.paths['/subject'] = { put: post }
  }),
  row('another operationId', 'both', code(`type A = operations['subject']`), (spec) => {
    subject(spec).operationId = 'renamed'
  }),
  row('an operation is deprecated', 'both', 'additive', (spec) => void (subject(spec).deprecated = true)),
  row('a summary', 'both', 'docs', (spec) => void (subject(spec).summary = 'Subject')),
  row('a tag', 'both', 'docs', (spec) => void (subject(spec).tags = ['made-up'])),
  row('an optional parameter is added', 'request', 'additive', (spec) => {
    subject(spec).parameters.push({ name: 'more', in: 'query', schema: { type: 'string' } })
  }),
  row('a required parameter is added', 'request', { request: {} }, (spec) => {
    subject(spec).parameters.push({ name: 'more', in: 'query', required: true, schema: { type: 'string' } })
  }),
  row('a required header is added', 'request', { request: {} }, (spec) => {
    subject(spec).parameters.push({
      name: 'x-more',
      in: 'header',
      required: true,
      schema: { type: 'string' },
    })
  }),
  row('a parameter is removed', 'request', code('query({ limit: 1 })'), (spec) => {
    subject(spec).parameters = []
  }),
  row('a parameter becomes required', 'request', { request: {} }, (spec) => {
    subject(spec).parameters[0].required = true
  }),
  row(
    'a parameter becomes optional',
    'request',
    'additive',
    (spec) => void delete subject(spec).parameters[0].required,
    (spec) => {
      subject(spec).parameters[0].required = true
    },
  ),
  row('a parameter of another type', 'request', code('query({ limit: 1 })'), (spec) => {
    subject(spec).parameters[0].schema = { type: 'boolean' }
  }),
  row('a tighter parameter', 'request', { request: { path: '/subject?limit=9' } }, (spec) => {
    subject(spec).parameters[0].schema.maximum = 5
  }),
  row('a parameter moves to a header', 'request', code('query({ limit: 1 })'), (spec) => {
    subject(spec).parameters[0].in = 'header'
  }),
  row('a parameter of all methods of the path', 'request', 'additive', (spec) => {
    spec.paths['/subject'].parameters = [{ name: 'all', in: 'query', schema: { type: 'string' } }]
  }),
  row('a request body becomes required', 'request', { request: {} }, (spec) => {
    subject(spec).requestBody.required = true
  }),
  row(
    'a request body becomes optional',
    'request',
    'additive',
    (spec) => void delete subject(spec).requestBody.required,
    (spec) => {
      subject(spec).requestBody.required = true
    },
  ),
  row(
    'a request body is removed',
    'request',
    code(
      `declare const take: (body: NonNullable<operations['subject']['requestBody']>) => void\ntake({ content: { 'application/json': {}, 'text/plain': '' } })`,
    ),
    (spec) => {
      delete subject(spec).requestBody
    },
  ),
  row(
    'a request body is added',
    'request',
    'additive',
    (spec) => {
      subject(spec).requestBody = { content: { 'application/json': { schema: { type: 'object' } } } }
    },
    (spec) => {
      delete subject(spec).requestBody
      delete spec.components.schemas.Sent
    },
  ),
  row('a media type that callers may send', 'request', 'additive', (spec) => {
    subject(spec).requestBody.content['application/xml'] = { schema: {} }
  }),
  row(
    'a media type that callers may no longer send',
    'request',
    { request: { body: 'text', headers: { 'content-type': 'text/plain' } } },
    (spec) => {
      delete subject(spec).requestBody.content['text/plain']
    },
  ),
  row('a status that default described already', 'response', 'additive', (spec) => {
    subject(spec).responses[409] = {
      description: 'Conflict',
      content: subject(spec).responses.default.content,
    }
  }),
  row(
    'a status with an answer of another shape',
    'response',
    code(`type Shape = { error?: string }\nconst all: Shape = failure`),
    (spec) => {
      subject(spec).responses[409] = {
        description: 'Conflict',
        content: { 'application/json': { schema: { type: 'string' } } },
      }
    },
  ),
  row('another good status', 'response', code("const all: 200 | 404 | 'default' = status"), (spec) => {
    subject(spec).responses[202] = { description: 'Later', content: subject(spec).responses.default.content }
  }),
  row('a status is removed', 'response', code(`type A = operations['subject']['responses'][404]`), (spec) => {
    delete subject(spec).responses[404]
  }),
  row(
    'a media type that callers may receive',
    'response',
    code(`const all: 'application/json' = mediaType`),
    (spec) => {
      good(spec).content['text/plain'] = { schema: { type: 'string' } }
    },
  ),
  row(
    'a media type that callers no longer receive',
    'response',
    code(`type A = operations['subject']['responses'][200]['content']['text/plain']`),
    (spec) => {
      delete good(spec).content['text/plain']
    },
    (spec) => {
      good(spec).content['text/plain'] = { schema: { type: 'string' } }
    },
  ),
  row('a header of an answer', 'response', 'additive', (spec) => {
    good(spec).headers['x-more'] = { schema: { type: 'string' } }
  }),
  row(
    'a header of an answer is removed',
    'response',
    code(`const id: string | undefined = headers['x-id']`),
    (spec) => {
      good(spec).headers = { 'x-other': { schema: { type: 'string' } } }
    },
  ),
  row(
    'a header of an answer becomes optional',
    'response',
    code(`const id: string = headers['x-id']`),
    (spec) => {
      delete good(spec).headers['x-id'].required
    },
    (spec) => {
      good(spec).headers['x-id'].required = true
    },
  ),
  row('a header of an answer becomes required', 'response', 'additive', (spec) => {
    good(spec).headers['x-id'].required = true
  }),
  row('a header of an answer of another type', 'response', code(`headers['x-id']?.trim()`), (spec) => {
    good(spec).headers['x-id'].schema = { type: 'integer' }
  }),
  row('a description of an answer', 'response', 'docs', (spec) => void (good(spec).description = 'Better')),
  row('an example of an answer', 'response', 'docs', (spec) => {
    good(spec).content['application/json'].examples.better = { value: { always: 'a' } }
  }),
  row('a token is asked for', 'request', { request: {} }, withToken),
  row(
    'a token is asked for everywhere',
    'request',
    { request: {} },
    (spec) => void (spec.security = [{ bearer: [] }]),
  ),
  row(
    'no token is asked for',
    'request',
    'additive',
    (spec) => void delete subject(spec).security,
    withToken,
  ),
  row(
    'another way to sign in',
    'request',
    'additive',
    (spec) => {
      spec.components.securitySchemes.key = { type: 'apiKey', in: 'header', name: 'x-key' }
      subject(spec).security.push({ key: [] })
    },
    withToken,
  ),
  row('not understood: a scope more', 'request', 'breaking', oauth(['read', 'write']), oauth(['read'])),
  row('a scope less', 'request', 'additive', oauth(['read']), oauth(['read', 'write'])),
  row(
    'another scheme of security',
    'request',
    { request: { headers: { authorization: 'Bearer made-up-token' } } },
    (spec) => {
      spec.components.securitySchemes.bearer = { type: 'http', scheme: 'basic' }
    },
    withToken,
  ),
  row('another address', 'request', { address: true }, (spec) => {
    spec.servers[0].url += '/v2'
  }),
  row('a host and its region are added', 'request', 'additive', (spec) => {
    host(spec).enum.push('three.example')
    host(spec)['x-regions']['three.example'] = ['north']
  }),
  row('a host is removed', 'request', code(`regionHosts['south']`), (spec) => {
    host(spec).enum.pop()
    delete host(spec)['x-regions']['two.example']
  }),
  row(
    'a region is added',
    'request',
    'additive',
    (spec) => void host(spec)['x-regions']['two.example'].push('north'),
  ),
  row(
    'a region is removed',
    'request',
    code(`regionHosts['west']`),
    (spec) => void host(spec)['x-regions']['one.example'].pop(),
  ),
  row(
    'a region moves to another host',
    'request',
    code(`const one: 'one.example' = regionHosts['west']`),
    (spec) => {
      host(spec)['x-regions'] = { 'one.example': ['east'], 'two.example': ['south', 'west'] }
    },
  ),
  row('another default region', 'request', code(`const region: 'east' = defaultRegion`), (spec) => {
    host(spec)['x-regions']['one.example'].reverse()
  }),
  row('an answer that means a dead token', 'response', { verdict: { always: 'a' } }, (spec) => {
    spec.components.schemas.Received['x-inactive-token'] = true
  }),
  row(
    'an answer that no longer means a dead token',
    'response',
    { verdict: { always: 'a' } },
    (spec) => {
      delete spec.components.schemas.Received['x-inactive-token']
    },
    (spec) => {
      spec.components.schemas.Received['x-inactive-token'] = true
    },
  ),
  row('a schema of another name', 'both', code(`type A = components['schemas']['Received']`), (spec) => {
    spec.components.schemas.Renamed = spec.components.schemas.Received
    delete spec.components.schemas.Received
    good(spec).content['application/json'].schema = { $ref: '#/components/schemas/Renamed' }
  }),
  row('a schema that no operation uses is added', 'both', 'additive', (spec) => {
    spec.components.schemas.Unused = { type: 'string' }
  }),
  row(
    'a schema that no operation uses changes',
    'both',
    code(`const unused: components['schemas']['Unused'] = 'a'`),
    (spec) => {
      spec.components.schemas.Unused = { type: 'integer' }
    },
    (spec) => {
      spec.components.schemas.Unused = { type: 'string' }
    },
  ),
  row('the version of the document', 'both', 'docs', (spec) => void (spec.info.version = '2.0.0')),
  row('extensions that no program of ours reads', 'both', 'docs', (spec) => {
    for (const object of [spec, spec.paths, spec.components, subject(spec), spec.paths['/subject']])
      object['x-made-up'] = 'a'
  }),
  row('an extension of an answer', 'response', 'docs', (spec) => {
    for (const object of [subject(spec).responses, good(spec), spec.components.schemas.Received])
      object['x-made-up'] = ['a']
  }),
  row('what a bearer token looks like', 'request', 'docs', (spec) => {
    spec.components.securitySchemes.bearer.bearerFormat = 'JWT'
  }),
  row(
    'a security scheme of another name',
    'both',
    'docs',
    (spec) => {
      spec.components.securitySchemes = { token: spec.components.securitySchemes.bearer }
      subject(spec).security = [{ token: [] }]
    },
    withToken,
  ),
  row(
    'a status that its range described already',
    'response',
    'additive',
    (spec) => {
      subject(spec).responses[409] = subject(spec).responses['4XX']
    },
    (spec) => {
      subject(spec).responses['4XX'] = subject(spec).responses.default
      delete subject(spec).responses.default
    },
  ),
  row('a range of statuses that default described already', 'response', 'additive', (spec) => {
    subject(spec).responses['4XX'] = subject(spec).responses.default
  }),
  row('not understood: a range in small letters', 'response', 'breaking', (spec) => {
    subject(spec).responses['4xx'] = subject(spec).responses.default
  }),
  row(
    'not understood: our own extension',
    'both',
    'breaking',
    (spec) => {
      spec.components.schemas.Unused['x-key-identities'] = { sub: ['anon'], scope: [] }
    },
    (spec) => {
      spec.components.schemas.Unused = { type: 'string' }
    },
  ),
  row('not understood: values of a variable of the server', 'request', 'breaking', (spec) => {
    spec.servers[0].variables.envId.enum = ['my-env']
  }),
  row(
    'any value of a variable of the server',
    'request',
    'additive',
    (spec) => void delete spec.servers[0].variables.envId.enum,
    (spec) => {
      spec.servers[0].variables.envId.enum = ['my-env']
    },
  ),
  row(
    'words of a parameter that no operation names',
    'request',
    'docs',
    (spec) => {
      spec.components.parameters.Unused.description = 'Better'
    },
    (spec) => {
      spec.components.parameters = { Unused: { name: 'unused', in: 'query', schema: { type: 'string' } } }
    },
  ),
  row(
    'not understood: a link behind a $ref',
    'both',
    'breaking',
    (spec) => {
      spec.components.links.Next.operationId = 'other'
    },
    (spec) => {
      spec.components.links = { Next: { operationId: 'subject' } }
      good(spec).links = { next: { $ref: '#/components/links/Next' } }
    },
  ),
  row(
    'a header that only an unused answer has',
    'response',
    code(
      `const a: string | undefined = (null as unknown as components['responses']['Unused']).headers['x-a']`,
    ),
    (spec) => {
      spec.components.headers.A.schema.type = 'integer'
    },
    (spec) => {
      spec.components.headers = { A: { schema: { type: 'string' } } }
      spec.components.responses = {
        Unused: { description: 'Unused', headers: { 'x-a': { $ref: '#/components/headers/A' } } },
      }
    },
  ),
  row(
    'not understood: an answer of a callback',
    'response',
    'breaking',
    (spec) => {
      spec.components.responses.Called.content['application/json'].schema.type = 'integer'
    },
    (spec) => {
      spec.components.responses = {
        Called: { description: 'Called', content: { 'application/json': { schema: { type: 'string' } } } },
      }
      subject(spec).callbacks = {
        event: {
          '{$request.body#/url}': { post: { responses: { 200: { $ref: '#/components/responses/Called' } } } },
        },
      }
    },
  ),
  row(
    'not understood: a keyword',
    'response',
    'breaking',
    (spec) => void (spec.components.schemas.Received.not = {}),
  ),
  row('not understood: callbacks', 'both', 'breaking', (spec) => {
    subject(spec).callbacks = { event: { '{$request.body#/url}': { post: { responses: {} } } } }
  }),
  row('not understood: webhooks', 'both', 'breaking', (spec) => {
    spec.webhooks = { event: { post: { responses: {} } } }
  }),
  row('not understood: how a parameter is written', 'request', 'breaking', (spec) => {
    subject(spec).parameters[0].explode = false
  }),
]
