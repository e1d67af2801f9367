// Runs GraphQL requests: the engine with our schema, our limits, our validation texts and our form of an answer.
import { randomUUID } from 'node:crypto'
import { parse, validate, type DocumentNode, type GraphQLSchema } from 'graphql/index.js'
import { createSchema, createYoga, type Plugin } from 'graphql-yoga'
import type { AppContext, Principal } from '../../app/context.ts'
import { checkDocument, maxTokens } from './document-limits.ts'
import { formatError, type FormattedError } from './error-format.ts'
import { exactJson } from './exact-json.ts'
import { createResolvers, type GraphqlContext } from './resolvers.ts'
import { graphqlSdl } from './sdl.ts'
import { validationRules } from './validation-rules.ts'
import { withVariableTypes } from './variable-types.ts'

export interface GraphqlRequest {
  readonly principal: Principal
  /** Parsed JSON of the body, checked to have a query. */
  readonly body: { readonly query: string; readonly variables?: unknown; readonly operationName?: unknown }
  /** Without errors the specification has no `errors`; the original has one that is null. */
  readonly bySpecification: boolean
  readonly signal: AbortSignal
}

export interface GraphqlServiceDependencies {
  readonly app: AppContext
  /** Told of faults of our own, whose text the client does not get. */
  readonly onFault: (error: unknown) => void
}

export class GraphqlService {
  private readonly app: AppContext
  private readonly onFault: (error: unknown) => void
  private readonly yoga: ReturnType<typeof createEngine>

  constructor({ app, onFault }: GraphqlServiceDependencies) {
    this.app = app
    this.onFault = onFault
    this.yoga = createEngine((result, context) => this.answer(result, context))
  }

  /** @returns the JSON text of the answer: `data`, `errors` (null without errors, or left out by specification) and `extensions` */
  async run({ principal, body, bySpecification, signal }: GraphqlRequest): Promise<string> {
    const { query, variables, operationName } = body
    const request = new Request(`http://localhost${endpoint}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query, variables: variables ?? undefined, operationName: operationName ?? undefined }),
    })
    const question = { id: randomUUID(), account: principal.account.number, text: questionText(body) }
    return await this.app.questions.run(question, signal, async (flows, signal) => {
      const context: GraphqlContext = { app: this.app, principal, flows, signal, bySpecification, reports: {} }
      const response = await this.yoga.fetch(request, context)
      return await response.text()
    })
  }

  private answer(result: EngineResult, { reports, bySpecification }: GraphqlContext): string {
    const errors = result.errors?.map((error) => this.formatted(error)) ?? []
    if (errors.length > 0) return exactJson({ data: null, errors })
    const extensions = Object.keys(reports).length === 0 ? {} : { extensions: { drawbridge: reports } }
    return exactJson({ data: result.data ?? null, ...(bySpecification ? {} : { errors: null }), ...extensions })
  }

  private formatted(error: unknown): FormattedError {
    const formatted = formatError(error, this.app.clock.now())
    if (formatted.extensions.code === 'internal') this.onFault(error)
    return formatted
  }
}

interface EngineResult {
  readonly data?: unknown
  readonly errors?: readonly unknown[]
}

/** A request as others see it while it runs. */
function questionText({ query, operationName }: GraphqlRequest['body']): string {
  const text = typeof operationName === 'string' ? operationName : query.replaceAll(/\s+/g, ' ')
  return `GraphQL: ${text.slice(0, shownCharacters)}`
}

const shownCharacters = 200

const endpoint = '/client/v4/graphql'

function createEngine(answer: (result: EngineResult, context: GraphqlContext) => string) {
  const schema = createSchema<GraphqlContext>({ typeDefs: graphqlSdl(), resolvers: createResolvers() })
  return createYoga<GraphqlContext>({
    schema,
    graphqlEndpoint: endpoint,
    // Its page loads scripts from another server.
    graphiql: false,
    landingPage: false,
    cors: false,
    logging: false,
    maskedErrors: false,
    multipart: false,
    plugins: [dialect(schema), answers(answer)],
  })
}

/** Bounds and rewrites what is parsed, and validates with our texts. */
function dialect(schema: GraphQLSchema): Plugin {
  // Parsed documents are cached and pass here again: once is enough.
  const done = new WeakSet<DocumentNode>()
  return {
    onParse: ({ setParseFn }) => {
      setParseFn((source, options) => parse(source, { ...options, maxTokens }))
      return ({ result, replaceParseResult }) => {
        if (!isDocument(result) || done.has(result)) return
        checkDocument(result)
        const document = withVariableTypes(result, schema)
        done.add(document)
        replaceParseResult(document)
      }
    },
    onValidate: ({ setValidationFn }) => {
      setValidationFn((schema, document) => validate(schema, document, validationRules))
    },
  }
}

function isDocument(result: unknown): result is DocumentNode {
  return typeof result === 'object' && result !== null && 'kind' in result && result.kind === 'Document'
}

/** Every answer is our JSON with status 200, whatever the client accepts. */
function answers(answer: (result: EngineResult, context: GraphqlContext) => string): Plugin<object, GraphqlContext> {
  return {
    onResultProcess: (event) => {
      const context = event.serverContext
      event.setResultProcessor((result, { Response }) => {
        // No schema of ours streams or batches: it is one plain result.
        const text = answer(result as EngineResult, context)
        return new Response(text, { status: 200, headers: { 'content-type': 'application/json' } })
      }, 'application/json')
    },
  }
}
