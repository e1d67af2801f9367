// Error codes of the HTTP API (contract §4.5), one table: numeric code, HTTP status, text.
import type { FilterFault } from './packet-filter.ts'

export interface ApiErrorRow {
  /** `errors[].code` on the wire; several rows share one, as at Cloudflare. */
  readonly code: number
  /** HTTP status. Never 409 or 5xx where a retry cannot help: clients repeat those (contract §4.3). */
  readonly status: number
  readonly message: string
}

export const apiErrors = {
  authentication: { code: 10000, status: 401, message: 'Authentication error' },
  forbidden: { code: 10000, status: 403, message: 'Authentication error' },
  invalid_headers: { code: 6003, status: 400, message: 'Invalid request headers' },
  invalid_token: { code: 1000, status: 401, message: 'Invalid API Token' },
  no_route: { code: 7003, status: 404, message: 'Could not route to {path}, perhaps your object identifier is invalid?' },
  method_not_allowed: { code: 10405, status: 405, message: 'Method not allowed' },
  bad_json: { code: 6007, status: 400, message: 'Malformed JSON in request body' },
  body_too_large: { code: 6008, status: 413, message: 'Request body is larger than {limit} bytes' },
  mnm_config_invalid: { code: 1003, status: 400, message: 'Invalid account settings request body: {reason}' },
  mnm_config_not_found: { code: 1004, status: 404, message: 'not found' },
  mnm_config_exists: { code: 1005, status: 400, message: 'already exists' },
  rule_invalid: { code: 1008, status: 400, message: 'Invalid rule request body: {reason}' },
  rule_not_found: { code: 1009, status: 404, message: 'rule not found: {reason}' },
  incident_not_found: { code: 20004, status: 404, message: 'there is no incident {id}' },
  router_not_found: { code: 20001, status: 404, message: 'router {address} is not registered' },
  invalid_request: { code: 20002, status: 400, message: 'Invalid request: {reason}' },
  router_taken: { code: 20003, status: 400, message: 'router {address} is registered by another account' },
  history_missing: { code: 20005, status: 400, message: 'no flows of this time are stored; ask for a later one' },
  history_too_large: {
    code: 20006,
    status: 400,
    message: 'there are too many flows of this time to be read within a minute; ask for a shorter time or for fewer prefixes',
  },
  alert_mechanism_required: { code: 17102, status: 400, message: 'mechanism required: {reason}' },
  alert_filters_invalid: { code: 17103, status: 400, message: 'filters required: {reason}' },
  alert_type_invalid: { code: 17004, status: 400, message: 'invalid alert type: {reason}' },
  alert_policy_not_found: { code: 0, status: 404, message: 'Policy not found' },
  alert_webhook_not_found: { code: 0, status: 404, message: 'Webhook not found' },
  alert_webhook_invalid: { code: 0, status: 400, message: 'invalid Webhook ID: {id}' },
  alert_webhook_test_failed: { code: 0, status: 400, message: 'Webhook test failed: {reason}' },
  alert_pagerduty_invalid: { code: 0, status: 400, message: 'invalid PagerDuty ID: {id}' },
  alert_token_not_found: { code: 0, status: 404, message: 'Token not found' },
  alert_silence_not_found: { code: 0, status: 404, message: 'Silence not found' },
  prefix_not_found: { code: 20010, status: 404, message: 'there is no registered prefix {id}' },
  prefix_invalid: { code: 20011, status: 400, message: 'Invalid prefix: {reason}' },
  prefix_in_use: { code: 20012, status: 400, message: 'prefix {prefix} is announced; withdraw it first' },
  advertisement_not_found: { code: 20013, status: 404, message: 'there is no advertisement {id}' },
  advertisement_refused: { code: 20014, status: 400, message: '{prefix} cannot be announced: {reason}' },
  advertisement_state: { code: 20015, status: 400, message: 'advertisement {id} is {state}: {reason}' },
  capture_not_found: { code: 20020, status: 404, message: 'there is no capture {id}' },
  capture_invalid: { code: 20021, status: 400, message: 'Invalid capture request body: {reason}' },
  capture_state: { code: 20022, status: 400, message: 'capture {id} is {state}: {reason}' },
  capture_too_soon: { code: 20023, status: 429, message: 'one simple capture can be asked for every {every} s; try again in {seconds} s' },
  capture_limit: { code: 20024, status: 400, message: '{count} captures are running, which is the most at a time; stop one first' },
  capture_no_agent: { code: 20025, status: 400, message: 'no agent is connected at {colo}; connected: {connected}' },
  filter_invalid: { code: 20026, status: 400, message: 'Invalid filter: {reason}' },
  bucket_not_found: { code: 20027, status: 404, message: 'there is no bucket {id}' },
  bucket_invalid: { code: 20028, status: 400, message: 'Invalid destination: {reason}' },
  bucket_unproven: { code: 20029, status: 400, message: 'ownership of {destination} is not proven: {reason}' },
  agent_not_found: { code: 20030, status: 404, message: 'there is no agent {id}' },
  agent_code_invalid: { code: 20031, status: 401, message: 'this enrolment code is not valid: {reason}' },
  packet_not_found: { code: 20032, status: 404, message: 'capture {id} has no packet {number}' },
  bucket_unwritable: { code: 20033, status: 400, message: 'the bucket cannot be written: {reason}' },
  upgrade_required: { code: 20034, status: 426, message: 'this address speaks WebSocket; {instead}' },
  too_many_followers: { code: 20035, status: 429, message: '{count} live connections are open, which is the most; close one first' },
  signature_not_found: { code: 20040, status: 404, message: 'there is no signature {id}' },
  signature_invalid: { code: 20041, status: 400, message: 'Invalid signature request body: {reason}' },
  signature_state: { code: 20042, status: 400, message: 'signature {id} is {state}: {reason}' },
  signature_limit: { code: 20043, status: 429, message: '{count} signatures are waiting, which is the most; wait for one or remove it' },
  signature_file_invalid: { code: 20044, status: 400, message: 'this file cannot be read: {reason}' },
  signature_file_too_large: {
    code: 20045,
    status: 413,
    message: 'the file is larger than {most} MiB, which is the most (signatures.upload_mib)',
  },
  signature_disk_full: {
    code: 20046,
    status: 429,
    message: 'the {most} MiB for packets of signatures are in use (signatures.keep_mib); wait for one that is running, or remove one',
  },
  firewall_rule_not_found: { code: 20050, status: 404, message: 'there is no firewall rule {id}' },
  firewall_invalid: { code: 20051, status: 400, message: 'Invalid firewall request body: {reason}' },
  firewall_refused: { code: 20052, status: 400, message: 'refused: {reason}' },
  firewall_state: { code: 20053, status: 400, message: 'firewall rule {id} is {state}: {reason}' },
  flow_question_invalid: { code: 20060, status: 400, message: 'Invalid question: {reason}' },
  flow_question_not_found: { code: 20061, status: 404, message: 'no question {id} is running' },
  flow_question_limit: { code: 20062, status: 400, message: 'the question is too large: {reason}' },
  flow_question_cancelled: { code: 20063, status: 400, message: 'the question was cancelled' },
  saved_question_not_found: { code: 20064, status: 404, message: 'there is no saved question {id}' },
  saved_question_invalid: { code: 20065, status: 400, message: 'Invalid saved question: {reason}' },
  router_guide_not_found: { code: 20070, status: 404, message: 'there is no guide for {id}; GET router-configs lists them' },
  router_config_invalid: { code: 20071, status: 400, message: 'Invalid router configuration: {reason}' },
  router_check_not_found: { code: 20072, status: 404, message: 'there is no live check {id}: it has ended, or was never begun' },
  router_check_limit: { code: 20073, status: 429, message: '{count} live checks are open, which is the most; close one first' },
  router_check_empty: { code: 20074, status: 400, message: 'nothing has been received from {sender} since the check began' },
  member_invalid: { code: 20080, status: 400, message: 'Invalid member: {reason}' },
  member_not_found: { code: 20081, status: 404, message: 'there is no member {id}' },
  member_refused: { code: 20082, status: 400, message: 'refused: {reason}' },
  account_invalid: { code: 20083, status: 400, message: 'Invalid account: {reason}' },
  session_not_found: { code: 20084, status: 404, message: 'there is no session {id}' },
  token_not_found: { code: 20085, status: 404, message: 'there is no token {id}' },
  password_invalid: { code: 20086, status: 400, message: 'Invalid password: {reason}' },
  settings_invalid: { code: 20090, status: 400, message: 'Invalid settings: {reason}' },
  settings_locked: { code: 20091, status: 400, message: '{key} is set by the configuration of the server; change it there' },
  audit_invalid: { code: 20092, status: 400, message: 'Invalid question about the audit log: {reason}' },
  rate_limited: { code: 10013, status: 429, message: 'Too many sign-in attempts; try again in {seconds} s' },
  too_many_requests: { code: 10014, status: 429, message: 'Too many requests; try again in {seconds} s' },
  internal: { code: 15000, status: 500, message: 'internal server error' },
  unavailable: { code: 15001, status: 503, message: 'the flow store does not answer; try again in a few seconds' },
} as const satisfies Record<string, ApiErrorRow>

export type ApiErrorName = keyof typeof apiErrors

/** A failure that the caller of the API is told about. `values` fill the braces of the message. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly row: ApiErrorRow
  readonly error: ApiErrorName
  /** What filled the braces. */
  readonly values: Readonly<Record<string, string | number>>
  /** JSON pointer into the request body, where one field is at fault. */
  readonly pointer: string | undefined
  /** What is wrong with a filter, and where: `errors[0].fault` on the wire. */
  readonly fault: FilterFault | undefined
  constructor(error: ApiErrorName, values: Readonly<Record<string, string | number>> = {}, pointer?: string, fault?: FilterFault) {
    const row = apiErrors[error]
    super(row.message.replaceAll(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole)))
    this.error = error
    this.row = row
    this.values = values
    this.pointer = pointer
    this.fault = fault
  }
}
