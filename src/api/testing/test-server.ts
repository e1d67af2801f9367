// A listening API server over a state of its own, for tests.
import { openTestContext, type TestContext, type TestFlows } from '../../app/testing/test-context.ts'
import { createToken } from '../../app/token/create.ts'
import { agentSocketPath } from '../../contract/agent-protocol.ts'
import type { DriverName } from '../../contract/owned-prefix.ts'
import type { FilterFault } from '../../contract/packet-filter.ts'
import { ApiServer, type ApiServerConfig, type RegisteredRoute } from '../server.ts'

export interface TestServer {
  readonly context: TestContext
  readonly url: string
  /** `<url>/client/v4/accounts/<id of the first account>`. */
  readonly account: string
  /** Secret of a token with every scope. */
  readonly token: string
  /** Secret of a global key of admin@localhost. */
  readonly key: string
  /** Errors that the server logged. */
  readonly errors: unknown[]
  readonly routes: readonly RegisteredRoute[]
  /** A request with the token; the body is sent as JSON. */
  call(method: string, path: string, body?: unknown): Promise<{ status: number; headers: Headers; body: ApiBody }>
  close(): Promise<void>
}

export interface ApiBody {
  readonly success: boolean
  readonly errors: readonly {
    readonly code: number
    readonly message: string
    readonly source?: { readonly pointer: string }
    readonly fault?: FilterFault
  }[]
  readonly messages: readonly unknown[]
  readonly result: unknown
}

export async function startTestServer(
  options: {
    config?: Partial<ApiServerConfig>
    flows?: TestFlows
    settings?: Record<string, unknown>
    drivers?: readonly DriverName[]
  } = {},
): Promise<TestServer> {
  const context = await openTestContext(options.flows, {
    config: options.settings ?? {},
    ...(options.drivers ? { drivers: options.drivers } : {}),
  })
  const errors: unknown[] = []
  const ignore = () => undefined
  const log = { info: ignore, warn: ignore, error: (entry: unknown) => void errors.push(entry) }
  const server = new ApiServer(
    { host: '127.0.0.1', port: 0, webRoot: '/nonexistent', ...options.config },
    {
      app: context,
      metrics: async () => '# HELP drawbridge_up Always 1\n',
      upgrades: [
        {
          path: agentSocketPath,
          handle: ({ request, socket, head }) => context.agents.upgrade(request, socket, head),
          stop: () => context.agents.stop(),
        },
      ],
      log,
    },
  )
  const { port } = await server.start()
  const url = `http://127.0.0.1:${port}`
  const token = await createToken(context, context.local, { name: 'test', scopes: ['admin'] })
  const key = await createToken(context, context.local, { kind: 'key', name: 'test key', scopes: ['admin'] })
  return {
    context,
    url,
    account: `${url}/client/v4/accounts/${context.local.account.id}`,
    token: token.secret,
    key: key.secret,
    errors,
    routes: server.routes,
    async call(method, path, body) {
      const init: RequestInit = { method, headers: { authorization: `Bearer ${token.secret}` } }
      if (body !== undefined) init.body = JSON.stringify(body)
      const response = await fetch(path.startsWith('http') ? path : url + path, init)
      // Every answer of the API is an envelope; the tests look at what is in it.
      return { status: response.status, headers: response.headers, body: (await response.json()) as ApiBody }
    },
    async close() {
      await server.stop()
      await context.close()
    },
  }
}
