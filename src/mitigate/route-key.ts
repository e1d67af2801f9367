// When two routes are the same, and when they would be in each other's way at a neighbour. Both take canonical routes.
import type { FlowSpecAction, FlowSpecMatch, Route } from '../contract/advertisement.ts'

/** The same text for the same route, however it was asked for. */
export function routeKey(route: Route): string {
  const action = route.flowspec === null ? '' : ` then ${actionText(route.flowspec.action)}`
  return `${route.purpose} ${slot(route)}${action}`
}

/**
 * What a BGP neighbour knows the route by (its NLRI): of two with the same key only the last one would be there, and the
 * withdrawal of one would take the other with it. Divert and blackhole of a prefix share one; so do FlowSpec rules that
 * match the same.
 */
export function nlriKey(route: Route): string {
  return `${route.flowspec === null ? 'prefix' : 'flowspec'} ${slot(route)}`
}

const slot = (route: Route) => (route.flowspec === null ? route.prefix : matchText(route.flowspec.match))

function matchText(match: FlowSpecMatch): string {
  // In the order of RFC 8955 §4.2.2, whatever the order of the object.
  const { destination, source, protocol, destination_port, source_port, icmp_type, icmp_code } = match
  const { tcp_flags, packet_length, dscp, fragment } = match
  const flags = tcp_flags && [tcp_flags.set, tcp_flags.unset]
  const values = { protocol, destination_port, source_port, icmp_type, icmp_code, flags, packet_length, dscp, fragment }
  const texts = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${JSON.stringify(value)}`]))
  return [destination, ...(source === undefined ? [] : [`from ${source}`]), ...texts].join(' ')
}

function actionText(action: FlowSpecAction): string {
  if (action.kind === 'rate') return `rate ${action.bytes_per_second}`
  return action.kind === 'redirect' ? `redirect ${action.route_target}` : action.kind
}
