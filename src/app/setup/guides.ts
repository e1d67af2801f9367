// The guides of routers and exporters, and one of them filled in: commands to paste that send flows to this server.
import { z } from 'zod'
import { ApiError } from '../../contract/api-errors.ts'
import { configProtocols, type RouterConfig, type RouterConfigRequest, type RouterGuideSummary } from '../../contract/router-config.ts'
import { guideSummaries } from '../../setup/config/guides.ts'
import { routerConfig } from '../../setup/config/render.ts'
import { RouterConfigError } from '../../setup/config/router-config-error.ts'
import type { AppContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { objectFault, parseInput } from '../validation.ts'

const once = z.string({ error: 'must be there once' })
const whole = once
  .regex(/^\d{1,9}$/, 'must be a whole number')
  .transform(Number)
  .optional()
const query = z.strictObject(
  {
    collector: z.string({ error: 'must be the address of this machine, as the router reaches it' }),
    port: whole,
    protocol: z.enum(configProtocols, { error: `must be one of ${configProtocols.join(', ')}` }).optional(),
    variant: once.optional(),
    router: once.optional(),
    interfaces: z
      .union([z.string(), z.array(z.string())])
      .transform(namesIn)
      .optional(),
    sampling: whole,
    link_mbps: whole,
  },
  { error: objectFault },
)

/** Repeated, or in one value with commas between them. */
function namesIn(values: string | readonly string[]): readonly string[] {
  const names = [values].flat().flatMap((value) => value.split(','))
  return names.map((name) => name.trim()).filter((name) => name !== '')
}

/** @throws ApiError forbidden */
export function listRouterGuides(principal: Principal): readonly RouterGuideSummary[] {
  requireScope(principal, 'mnm:read')
  return guideSummaries()
}

/** Which guide, and what the client sent. */
export interface AskedConfig {
  readonly guide: string
  readonly query: unknown
}

/**
 * @param asked.query `{collector, port?, protocol?, variant?, router?, interfaces?, sampling?, link_mbps?}`; without a port
 *   it is one that this server listens on
 * @throws ApiError router_guide_not_found, router_config_invalid, forbidden
 */
export function getRouterConfig(context: Pick<AppContext, 'telemetry'>, principal: Principal, asked: AskedConfig): RouterConfig {
  requireScope(principal, 'mnm:read')
  const request = requestOf(asked)
  const config = filledIn(request)
  if (request.port !== undefined) return config
  const port = listeningPort(context, config)
  return port === config.port ? config : filledIn({ ...request, port })
}

/** Fields of a form that are left empty are as good as left out. */
function requestOf({ guide, query: values }: AskedConfig): RouterConfigRequest {
  const filled = Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => value !== ''))
  // Keys that were left out are not there at all, rather than undefined.
  return { guide, ...parseInput(query, filled, 'router_config_invalid') } as RouterConfigRequest
}

function filledIn(request: RouterConfigRequest): RouterConfig {
  try {
    return routerConfig(request)
  } catch (error) {
    if (!(error instanceof RouterConfigError)) throw error
    const { field, reason } = error
    if (field === 'guide') throw new ApiError('router_guide_not_found', { id: JSON.stringify(request.guide.slice(0, 64)) })
    throw new ApiError('router_config_invalid', { reason: `${field}: ${reason}` }, `/${field}`)
  }
}

/** The usual port where this server listens on it; otherwise its first, for sFlow its last. */
function listeningPort({ telemetry }: Pick<AppContext, 'telemetry'>, { port, protocol }: RouterConfig): number {
  const own = telemetry.listeners().map(({ address }) => Number(address.slice(address.lastIndexOf(':') + 1)))
  if (own.includes(port)) return port
  return own.at(protocol === 'sflow5' ? -1 : 0) ?? port
}
