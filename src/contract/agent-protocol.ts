// What agents and the server say to each other over one WebSocket. Text messages are JSON of these shapes, binary ones hold
// packets. Either side closes with 4400 on a message that is none of them.
//
// Version of the protocol, one integer:
//   1  2026-11-22  first
//   2  2026-11-22  firewall rules
import { z } from 'zod'
import { captureEngines, captureHooks, captureLinks, captureEnds, agentCaptureStates, wholePackets } from './capture.ts'
import { byteBases, byteLimits, filterSides, numberFields, type NumberFieldName, type PacketFilter } from './packet-filter.ts'

export const agentProtocolVersion = 2

/** Path of the WebSocket. The agent's token stands in the header Authorization: Bearer. */
export const agentSocketPath = '/drawbridge/agent'
/** POST, without credentials but the code: `{code, name, facts}` → `{id, token, colo}`. */
export const agentEnrolPath = '/drawbridge/agent/enrol'

/** Why the server closes the socket. */
export const agentCloseCodes = { unauthorized: 4401, removed: 4403, protocol: 4400, replaced: 4409, wrongVersion: 4426 } as const

/** Bytes of a message at most; a bigger one ends the connection. */
export const maxAgentMessage = 1_048_576

const id = z.string().regex(/^[0-9a-f]{32}$/)
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const span = z.tuple([z.number().int().min(0).max(65_535), z.number().int().min(0).max(65_535)]).refine(([from, to]) => from <= to)
const spans = z.array(span).min(1).max(256)
const side = z.enum(filterSides)
const cidr = z.union([z.cidrv4(), z.cidrv6()])
const hexBytes = z.string().regex(new RegExp(`^([0-9a-f]{2}){1,${byteLimits.length}}$`))
const fieldNames = Object.keys(numberFields) as [NumberFieldName, ...NumberFieldName[]]

/** Conditions in one filter at most, and how deep they nest: what the language can produce, see src/filter. */
export const filterLimits = { conditions: 512, depth: 32 } as const

/** Inside each parenthesis an `or` may hold an `and`; around it all a filter_v1, within it `udp port 53`, which are two. */
const filterLevels = filterLimits.depth * 2 + 4
/** filter_v1 has five more. */
const filterConditions = filterLimits.conditions + 5

const conditionSchemas = [
  z.strictObject({ kind: z.literal('address'), side, prefixes: z.array(cidr).min(1).max(256) }),
  z.strictObject({ kind: z.literal('port'), side, spans }),
  z.strictObject({ kind: z.literal('number'), field: z.enum(fieldNames), spans }),
  z.strictObject({ kind: z.literal('tcp_flags'), set: z.number().int().min(0).max(255), unset: z.number().int().min(0).max(255) }),
  z
    .strictObject({
      kind: z.literal('bytes'),
      base: z.enum(byteBases),
      offset: z.number().int().min(0).max(byteLimits.end),
      value: hexBytes,
      mask: hexBytes.nullable(),
    })
    .refine(({ value, mask }) => mask === null || mask.length === value.length, 'value and mask have the same length')
    .refine(({ offset, value }) => offset + value.length / 2 <= byteLimits.end, `no further than byte ${byteLimits.end}`),
  z.strictObject({ kind: z.literal('fragment'), part: z.enum(['any', 'first', 'later']) }),
] as const

const condition = z.discriminatedUnion('kind', conditionSchemas)

/**
 * What is wrong with a filter; undefined for nothing. It is no schema, because zod follows one that refers to itself until the
 * stack is full, and through one for each level it goes on all ways to look for cycles: 2 to the power of the levels.
 */
function filterFault(value: unknown, levels: number): string | undefined {
  const { kind, of, ...rest } = Object(value) as Record<string, unknown>
  if (kind !== 'all' && kind !== 'any' && kind !== 'not') {
    const issue = condition.safeParse(value).error?.issues[0]
    return issue && [...issue.path, issue.message].join(': ')
  }
  if (levels === 0) return 'too many levels'
  if (Object.keys(rest).length > 0) return `no more than kind and of in ${kind}`
  if (kind === 'not') return filterFault(of, levels - 1)
  if (!Array.isArray(of) || of.length > filterConditions) return `of has to be a list of at most ${filterConditions} in ${kind}`
  for (const part of of as readonly unknown[]) {
    const fault = filterFault(part, levels - 1)
    if (fault !== undefined) return fault
  }
  return undefined
}

function conditionsOf(filter: PacketFilter): number {
  if (filter.kind === 'not') return conditionsOf(filter.of)
  return 'of' in filter ? filter.of.reduce((sum, part) => sum + conditionsOf(part), 0) : 1
}

export const packetFilterSchema: z.ZodType<PacketFilter> = z.custom<PacketFilter>().superRefine((filter, context) => {
  const fault = filterFault(filter, filterLevels)
  if (fault !== undefined) context.addIssue(fault)
  else if (conditionsOf(filter) > filterConditions) context.addIssue(`at most ${filterConditions} conditions`)
})

const delivery = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('stream') }),
  z.strictObject({
    kind: z.literal('s3'),
    endpoint: z.union([z.literal(''), z.url({ protocol: /^https?$/ })]),
    region: z.string().max(64),
    bucket: z.string().min(1).max(255),
    key: z.string().min(1).max(1024),
    access_key_id: z.string().max(512),
    secret_access_key: z.string().max(1024),
    session_token: z.string().max(8192),
  }),
  z.strictObject({ kind: z.literal('file'), path: z.string().min(1).max(4096) }),
])

/** Linux: IFNAMSIZ is 16 with the ending zero; no slash, no space. */
export const interfaceName = z.string().regex(/^[A-Za-z0-9_.@:-]{1,15}$/)

export const captureJobSchema = z.strictObject({
  id,
  filter: packetFilterSchema.nullable(),
  engine: z.enum(captureEngines),
  hook: z.enum(captureHooks),
  interface: interfaceName.nullable(),
  sampling: z.number().int().min(1).max(1_000_000),
  snap_length: z.number().int().min(20).max(wholePackets),
  link: z.enum(captureLinks),
  mask_payload: z.boolean(),
  time_limit: z.number().min(0.1).max(86_400),
  packet_limit: z.number().int().min(1).max(1_000_000_000).nullable(),
  byte_limit: z.number().int().min(1).max(1_000_000_000_000).nullable(),
  delivery,
})

const facts = z.object({
  hostname: z.string().max(255),
  version: z.string().max(64),
  kernel: z.string().max(255),
  architecture: z.string().max(64),
  nft: z.string().max(255).nullable(),
  tcpdump: z.string().max(255).nullable(),
  interfaces: z
    .array(
      z.object({
        name: z.string().max(64),
        index: count,
        mtu: count,
        state: z.string().max(32),
        mac: z.string().max(64),
        addresses: z.array(z.string().max(64)).max(256),
        merging_offloads: z.array(z.string().max(64)).max(16),
      }),
    )
    .max(1024),
  findings: z
    .array(
      z.object({
        id: z.string().max(64),
        state: z.enum(['ok', 'warning', 'failed']),
        message: z.string().max(1024),
        command: z.string().max(1024).nullable(),
      }),
    )
    .max(64),
})
export const agentFactsSchema = facts

export const captureProgressSchema = z.object({
  state: z.enum(agentCaptureStates),
  packets: count,
  bytes: count,
  kernel_drops: count,
  delivery_drops: count,
  super_packets: count,
  first_packet_at: z.string().max(40).nullable(),
  end: z.enum(captureEnds).nullable(),
  error: z.string().max(2000).nullable(),
  objects: z
    .array(
      z.object({
        uri: z.string().max(2048),
        bytes: count,
        packets: count,
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .nullable(),
      }),
    )
    .max(64),
})

export const firewallAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('count') }),
  z.strictObject({ kind: z.literal('drop') }),
  z.strictObject({ kind: z.literal('limit'), packets_per_second: z.number().int().min(1).max(1_000_000_000) }),
])

/** Rules that an agent carries out at most. */
export const maxFirewallRules = 200

const firewallOrder = z.strictObject({
  id,
  filter: packetFilterSchema,
  action: firewallAction,
  interface: interfaceName.nullable(),
  remaining_ms: z.number().int().min(1).max(31_536_000_000),
})

const firewallOrders = z.strictObject({
  type: z.literal('firewall'),
  sequence: count,
  protect: z.strictObject({
    prefixes: z.array(cidr).max(1024),
    local_ports: z.array(z.number().int().min(1).max(65_535)).max(64),
  }),
  rules: z.array(firewallOrder).max(maxFirewallRules),
})

export const agentFirewallStateSchema = z.object({
  sequence: count,
  rules: z
    .array(
      z.object({
        id,
        state: z.enum(['active', 'failed', 'expired']),
        action: firewallAction,
        error: z.string().max(2000).nullable(),
        packets: count,
        bytes: count,
        dropped_packets: count,
        dropped_bytes: count,
      }),
    )
    .max(maxFirewallRules),
  seen_packets: count,
  spared_packets: count,
})

/** Agent → server. */
export const agentMessage = z.discriminatedUnion('type', [
  /** First message of each connection. `running` tells the jobs that go on since an earlier one. */
  z.object({ type: z.literal('hello'), protocol: z.number().int(), facts, running: z.array(id).max(64) }),
  /** Also sent when nothing has changed, every second while a job runs; the last one has state done or failed. */
  z.object({ type: z.literal('progress'), job: id, progress: captureProgressSchema }),
  /** Answer to `clock`: `server` as it came, `agent` ms since 1970 by the agent's clock. */
  z.object({ type: z.literal('clock'), server: z.number(), agent: z.number() }),
  z.object({ type: z.literal('facts'), facts }),
  /** After each list of rules, and every second while there are any. */
  z.object({ type: z.literal('firewall_state'), firewall: agentFirewallStateSchema }),
])
export type AgentMessage = z.infer<typeof agentMessage>

/** Server → agent. */
export const serverMessage = z.discriminatedUnion('type', [
  /** Answer to `hello`. `always_on_sampling`: 1 in N, 0 for none. */
  z.object({ type: z.literal('welcome'), protocol: z.number().int(), agent: id, colo: z.string(), always_on_sampling: count }),
  z.object({ type: z.literal('job'), job: captureJobSchema }),
  z.object({ type: z.literal('stop'), job: id }),
  /** The server has kept all frames of the job up to this number; the agent may forget them. */
  z.object({ type: z.literal('kept'), job: id, frame: count }),
  /** The server has written down that the job is over, or does not know it: the agent may forget it. */
  z.object({ type: z.literal('forget'), job: id }),
  z.object({ type: z.literal('clock'), server: z.number() }),
  z.object({ type: z.literal('settings'), always_on_sampling: count }),
  /** All rules that the agent is to have, after `welcome` and at each change; those that are not in the list go. */
  firewallOrders,
])
export type ServerMessage = z.infer<typeof serverMessage>

/**
 * Binary messages, agent → server:
 *
 *   0  kind      1   packets of a job, 2 always-on samples
 *   1  reserved  3   zeros
 *   4  frame     4   number of the frame within the job, from 1, big endian; sent again after a reconnection until kept
 *   8  job       16  id of the capture; zeros for always-on samples
 *  24  records …     packet records, see src/wire/packet-record.ts
 */
export const agentFrame = { packets: 1, samples: 2, headerBytes: 24 } as const
