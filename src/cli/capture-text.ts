// Captures, what a filter would catch, and what an account allows, as text for a terminal.
import type { Capture, CaptureAgent, CapturePolicy, CapturePreview } from '../contract/capture.ts'
import { filterExamples, filterFields, filterOperators } from '../contract/packet-filter.ts'
import { rateText, tableText } from './rule-text.ts'

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** `1.50 MB`, by powers of 1000. */
export function bytesText(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1)
  const value = bytes / 1000 ** power
  // 999 999 B are 1000 kB to three digits.
  return `${power === 0 ? value : Number(value.toPrecision(3))} ${units[power]}`
}

/** Text that came from elsewhere, an edge host or a bucket: it may not move the cursor of a terminal. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ')
}

export function capturesText(captures: readonly Capture[]): string {
  if (captures.length === 0) return "There is no such capture.\nNext: drawbridge capture start 'udp and dst port 53'\n"
  const rows = captures.map((one) => [
    one.submitted.slice(0, 19),
    one.type,
    one.status,
    one.colo_name === '' ? '*' : one.colo_name,
    String(one.packets),
    bytesText(one.bytes),
    one.id,
    filterText(one),
  ])
  return tableText([['SUBMITTED', 'TYPE', 'STATUS', 'COLO', 'PACKETS', 'BYTES', 'ID', 'FILTER'], ...rows])
}

/** Both filters, as a person would say them. */
function filterText({ filter, filter_v1 }: Pick<Capture, 'filter' | 'filter_v1'>): string {
  const fields = Object.entries(filter_v1).map(([name, value]) => `${name}=${value}`)
  return printable([...fields, ...(filter === null ? [] : [filter])].join(' and ') || 'everything')
}

export function captureText(capture: Capture): string {
  const { extension, cause } = capture
  const facts = [
    ['Capture', capture.id],
    ['Status', statusText(capture)],
    ['Filter', filterText(capture)],
    ['Kept', keptText(capture)],
    ['Where', whereText(capture)],
    ['Limits', limitsText(capture)],
    [
      'Started by',
      `${cause.kind === 'rule' ? 'rule ' : ''}${cause.who}${cause.incident_id === null ? '' : `, incident ${cause.incident_id}`}`,
    ],
    ...(extension.note === '' ? [] : [['Note', printable(extension.note)]]),
    ...timesOf(capture),
    ...(capture.destination_conf === null ? [] : [['Destination', printable(capture.destination_conf)]]),
    ['Packets', `${capture.packets}, ${bytesText(capture.bytes)}`],
  ]
  return `${tableText(facts)}\n${agentsText(capture.agents)}`
}

function statusText({ status, stop_requested, ended_at, error_message }: Capture): string {
  const stopping = stop_requested !== null && ended_at === null ? ', stopping' : ''
  return `${status}${stopping}${error_message === null ? '' : `: ${printable(error_message)}`}`
}

function keptText({ type, extension: { sampling, snap_length, link, mask_payload } }: Capture): string {
  const parts = [type, `1 in ${sampling} packets`, `${snap_length} bytes of each`]
  if (link === 'ethernet') parts.push('with Ethernet headers')
  if (mask_payload) parts.push('payload masked')
  return parts.join(', ')
}

function whereText({ colo_name, extension: { engine, hook, interface: device } }: Capture): string {
  const tap = engine === 'interface' ? 'by tcpdump' : `at ${hook}`
  return `${colo_name === '' ? '*' : colo_name}, ${tap}${device === null ? '' : ` of ${device}`}`
}

function limitsText({ time_limit, packet_limit, byte_limit }: Capture): string {
  const parts = [`${time_limit} s`]
  if (packet_limit !== null) parts.push(`${packet_limit} packets`)
  if (byte_limit !== null) parts.push(bytesText(byte_limit))
  return parts.join(', ')
}

function timesOf({ submitted, offset_time, ended_at, expires_at }: Capture): string[][] {
  const times = [
    ['Submitted', submitted],
    ['Packets before', offset_time],
    ['Ended', ended_at],
    ['Kept until', expires_at],
  ] as const
  return times.flatMap(([name, time]) => (time === null ? [] : [[name, time]]))
}

function agentsText(agents: readonly CaptureAgent[]): string {
  const rows = agents.map((agent) => [
    agent.colo,
    agent.name,
    agent.end === null ? agent.state : `${agent.state} (${agent.end})`,
    String(agent.packets),
    bytesText(agent.bytes),
    String(agent.kernel_drops),
    String(agent.delivery_drops),
    String(agent.super_packets),
  ])
  const table = tableText([['COLO', 'AGENT', 'STATE', 'PACKETS', 'BYTES', 'KERNEL DROPS', 'DELIVERY DROPS', 'SUPER PACKETS'], ...rows])
  return table + agents.map(agentRemarks).join('')
}

/** What does not fit into a table. */
function agentRemarks({ name, error, objects }: CaptureAgent): string {
  const files = objects.map(({ uri, bytes, packets, sha256 }) => {
    const sum = sha256 === null ? 'not finished' : `sha256 ${sha256}`
    return `${name}: ${printable(uri)}, ${packets} packets, ${bytesText(bytes)}, ${sum}\n`
  })
  return `${error === null ? '' : `${name}: ${printable(error)}\n`}${files.join('')}`
}

/** One line while a capture runs. */
export function progressText({ status, packets, bytes, agents }: Capture): string {
  const drops = agents.reduce((sum, agent) => sum + agent.kernel_drops + agent.delivery_drops, 0)
  const running = agents.filter(({ state }) => state === 'capturing' || state === 'delivering').length
  return `${status}: ${packets} packets, ${bytesText(bytes)}, ${drops} dropped, ${running} of ${agents.length} agents at work`
}

/** What a filter would catch, and how agents would say it. */
export function previewText(preview: CapturePreview): string {
  const facts = [
    ['Filter', preview.filter ?? 'everything'],
    ['Expected', expectedText(preview)],
    ...preview.not_estimated.map((part) => ['Not estimated', printable(part)]),
    [
      'Agents',
      preview.agents.map(({ name, colo, connected }) => `${name} (${colo}${connected ? '' : ', not connected'})`).join(', ') || 'none',
    ],
    ['BPF', preview.bpf === '' ? 'everything' : preview.bpf],
  ]
  return `${tableText(facts)}\n${preview.nftables.map((line) => `${line}\n`).join('')}`
}

function expectedText(preview: CapturePreview): string {
  const {
    packets_per_second: packets,
    bits_per_second: bits,
    captured_packets_per_second: kept,
    captured_bytes_per_second: bytes,
  } = preview
  if (packets === null || bits === null || kept === null || bytes === null) return 'unknown: no flow of the last 5 minutes tells'
  return `${rateText(packets, 'p/s')}, ${rateText(bits, 'b/s')} on the wire; captured ${rateText(kept, 'p/s')}, ${bytesText(Math.round(bytes))}/s`
}

/** The filter language at a glance. */
export function fieldsText(): string {
  const fields = filterFields.map(({ names, description, example }) => [names.join(', '), description, example])
  const operators = filterOperators.map(({ names, description, example }) => [names.join(' '), description, example])
  const examples = filterExamples.map(({ filter, description }) => `  ${filter}\n    ${description}\n`)
  return `${tableText([['FIELD', 'MEANING', 'EXAMPLE'], ...fields])}\n${tableText([['OPERATOR', 'MEANING', 'EXAMPLE'], ...operators])}\n${examples.join('')}`
}

export function policyText(policy: CapturePolicy): string {
  return tableText([
    ['Bytes of each packet at most', String(policy.snap_length_cap)],
    ['Payload', policy.mask_payload ? 'masked whatever is asked for' : 'kept unless asked otherwise'],
    ['Captures are deleted after', `${policy.expire_days} days`],
    ['Download of full captures', policy.full_download ? 'read back from the bucket' : 'not through this server'],
  ])
}
