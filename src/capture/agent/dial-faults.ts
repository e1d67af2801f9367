// Why the server cannot be reached, in words that say what to do.
import { agentCloseCodes } from '../../contract/agent-protocol.ts'

const refusals: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; check that the server runs (drawbridge serve) and its http.host and http.port',
  ENOTFOUND: 'the name is not known; check the option server',
  EAI_AGAIN: 'names cannot be resolved at the moment; check /etc/resolv.conf',
  ETIMEDOUT: 'nothing answers; check routes and firewalls',
  EHOSTUNREACH: 'there is no way to that host; check routes and firewalls',
  ENETUNREACH: 'there is no way to that network; check routes and firewalls',
  ECONNRESET: 'the connection was cut; check proxies on the way',
  EPROTO: 'the other side does not speak TLS; an address with http:// may be meant',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the other side does not speak TLS; an address with http:// may be meant',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself; name its file in the option ca',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an authority that is not known here; name the authority’s file in the option ca',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is signed by an authority that is not known here; name the authority’s file in the option ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is signed by an authority that is not known here; name the authority’s file in the option ca',
  CERT_HAS_EXPIRED: 'its certificate has expired; renew it on the server, and check the clock here',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; check the clock here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name; use that name in the option server',
}

const closes: Readonly<Record<number, string>> = {
  [agentCloseCodes.unauthorized]: 'the server does not know this token; enrol again: drawbridge agent enroll --server URL --code CODE',
  [agentCloseCodes.removed]: 'this agent was removed on the server; enrol again: drawbridge agent enroll --server URL --code CODE',
  [agentCloseCodes.replaced]: 'another agent came with the same token; give each host an enrolment of its own',
  [agentCloseCodes.wrongVersion]: 'the server speaks another version of the protocol; update the older of the two',
  [agentCloseCodes.protocol]: 'the server did not understand this agent; update the older of the two',
}

/** Closes after which trying again soon makes no sense. */
export const hopelessCloses: ReadonlySet<number> = new Set([
  agentCloseCodes.unauthorized,
  agentCloseCodes.removed,
  agentCloseCodes.replaced,
  agentCloseCodes.wrongVersion,
])

/** @param error of the socket, of TLS or of the handshake */
export function dialFault(error: unknown): string {
  // With several addresses node gathers one error for each.
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error
  if (!(first instanceof Error)) return String(first)
  const code = 'code' in first ? String(first.code) : ''
  const advice = refusals[code]
  if (advice !== undefined) return `${first.message || code}: ${advice}`
  if (/Unexpected server response: 404/.test(first.message)) return `${first.message}: that is not the address of a Drawbridge server`
  return first.message || code || first.name
}

export function closeFault(code: number, reason: string): string {
  return closes[code] ?? `the server closed the connection (${code}${reason === '' ? '' : `, ${reason}`})`
}
