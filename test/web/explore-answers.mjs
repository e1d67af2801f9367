// Answers about questions on the page Explore, for screenshots: states that need old data, several routers or long questions to come about.

const minute = 60_000
const to = Math.floor(Date.now() / minute) * minute
const from = to - 60 * minute
const at = (time) => new Date(time).toISOString().replace('.000Z', 'Z')

const steps = { from: at(from), seconds: minute / 1000, count: 60 }
const seconds = (to - from) / 1000

/** A curve around a mean, in bits per second. */
const curve = (mean, phase) => Array.from({ length: steps.count }, (_, step) => mean * (1 + 0.35 * Math.sin(step / 7 + phase)))
const sum = (values) => values.reduce((total, value) => total + value, 0)
const packetBits = 6400
const rateOf = (values) => {
  const sorted = values.toSorted((a, b) => a - b)
  return { average: sum(values) / values.length, p95: sorted[Math.ceil(sorted.length * 0.95) - 1], max: sorted.at(-1) }
}
const sumsOf = (bits) => {
  const total = sum(bits) * steps.seconds
  return { bits: total, packets: total / packetBits, flows: Math.round(total / packetBits / 40) }
}
const packetsOf = (bits) => bits.map((value) => value / packetBits)
const scaled = ({ bits, packets, flows }, factor) => ({ bits: bits * factor, packets: packets * factor, flows: Math.round(flows * factor) })

const networks = [
  ['13335', 'CLOUDFLARENET', '443', 2.4e9, 0.8],
  ['15169', 'GOOGLE', '443', 1.7e9, 1.02],
  ['2906', 'AS-SSI', '443', 1.1e9, 1.4],
  ['32934', 'FACEBOOK', '443', 7.2e8, 0],
  ['16509', 'AMAZON-02', '22', 5.4e8, 0.91],
  ['20940', 'AKAMAI-ASN1', '80', 3.3e8, 1.2],
  ['8075', 'MICROSOFT-CORP-MSN-AS-BLOCK', '3478', 2.2e8, 1],
  ['64500', '', '53', 9e7, 0.2],
]

const all = [...networks.map(([, , , mean], index) => curve(mean, index * 0.7)), curve(6.1e8, 2)]
const whole = all[0].map((_, step) => sum(all.map((values) => values[step])))

function figures(bits, { factor = 1, previous = false, reverse = false } = {}) {
  const sums = sumsOf(bits)
  const back = bits.map((value, step) => value * (0.12 + 0.05 * Math.cos(step / 5)))
  return {
    ...sums,
    share: sums.bits / sumsOf(whole).bits,
    bits_per_second: rateOf(bits),
    packets_per_second: rateOf(packetsOf(bits)),
    series: { bits, packets: packetsOf(bits) },
    ...(previous ? { previous: scaled(sums, factor) } : {}),
    ...(reverse ? { reverse: { ...sumsOf(back), series: { bits: back, packets: packetsOf(back) } } } : {}),
  }
}

const groupOf = ([as, name, port, , factor], bits, asked) => ({
  key: { sourceAS: Number(as), destinationPort: Number(port) },
  labels: name === '' ? {} : { sourceAS: name },
  ...figures(bits, { factor, ...asked }),
})

/** Eight networks and ports, the rest, the total. */
export const answer = (asked = {}) => ({
  from: at(from),
  to: at(to),
  tier: 'raw',
  tier_reason: 'every single flow: only they hold destinationPort',
  exact: true,
  complete: true,
  since: at(to - 7 * 24 * 60 * minute),
  by: ['sourceAS', 'destinationPort'],
  groups: networks.map((network, index) => groupOf(network, all[index], asked)),
  other: figures(all.at(-1), { factor: 0.97, ...asked }),
  total: figures(whole, { factor: 0.94, ...asked }),
  steps,
  inflation: { factor: 1.62, routers: 3 },
  question: { id: '00000000-0000-4000-8000-000000000000', elapsed_ms: 184, rows_read: 48_200_113, bytes_read: 1_900_000_000 },
})

/** The period before, for the line over the chart. */
export const before = () => ({
  ...answer(),
  from: at(from - seconds * 1000),
  to: at(from),
  by: [],
  groups: [],
  other: null,
  total: figures(whole.map((value, step) => value * (0.9 + 0.1 * Math.sin(step / 9)))),
  steps: { ...steps, from: at(from - seconds * 1000) },
})

const untold = { average: 3.1e8, p95: null, max: null }
const withoutMinutes = (group) => ({ ...group, bits_per_second: untold, packets_per_second: { ...untold, average: 48_000 } })
const ofAddress = (group, sourceAddress) => ({ ...withoutMinutes(group), key: { sourceAddress }, labels: {} })
/** Three months ago: only the first addresses of each hour are known. */
export const old = () => {
  const { groups, other, total, ...rest } = answer()
  return {
    ...rest,
    tier: 'top',
    tier_reason: 'the first 1000 of each hour: every single flow is kept for 7 days, which the range exceeds',
    exact: false,
    by: ['sourceAddress'],
    groups: groups.map((group, index) => ofAddress(group, `203.0.113.${7 + index * 13}`)),
    other: withoutMinutes(other),
    total: withoutMinutes(total),
    inflation: null,
  }
}

const nothing = { ...figures(whole.map(() => 0)), share: 0 }
export const empty = () => ({ ...answer(), groups: [], other: null, total: nothing, inflation: null })

const dimension = (name, other_names, description, operators = ['==', '!=', 'in']) => ({
  name,
  other_names,
  description,
  unit: '',
  tiers: ['raw'],
  extension: false,
  operators,
})
export const dimensions = [
  dimension('sourceAddress', ['src', 'src_addr'], 'Source address'),
  dimension('destinationAddress', ['dst', 'dst_addr'], 'Destination address'),
  dimension('sourcePort', ['src_port'], 'Source port of TCP, UDP, SCTP, DCCP'),
  dimension('destinationPort', ['dst_port'], 'Destination port of TCP, UDP, SCTP, DCCP'),
  dimension('protocol', ['proto'], 'IP protocol number (IANA)'),
  dimension('sourceAS', ['src_as'], 'Source AS number as exported, otherwise by address'),
  dimension('destinationAS', ['dst_as'], 'Destination AS number as exported, otherwise by address'),
  dimension('sourceASName', ['src_as_name'], 'Name of the source AS', []),
  dimension('inputInterface', ['in_if'], 'SNMP ifIndex of the input interface'),
  dimension('ipTtl', ['ttl'], 'IPv4 time to live or IPv6 hop limit'),
  dimension('routerAddress', ['router'], 'Registered address of the exporter'),
]

export const completion = {
  from: 7,
  to: 7,
  candidates: [
    { text: '13335', description: 'CLOUDFLARENET, 2.4 Gb/s in the last hour', kind: 'value' },
    { text: '15169', description: 'GOOGLE, 1.7 Gb/s in the last hour', kind: 'value' },
    { text: '2906', description: 'AS-SSI, 1.1 Gb/s in the last hour', kind: 'value' },
    { text: 'in', description: 'is one of a list', kind: 'operator' },
  ],
}

export const statements = {
  sql: 'SELECT src_as FROM flows',
  graphql: null,
  graphql_reason: 'GraphQL cannot count each flow once.',
  curl: "curl -X POST 'http://127.0.0.1:8080/client/v4/accounts/…/drawbridge/flows/query'",
  command: 'drawbridge query --by src_as,dst_port --last 1h',
}

export const running = {
  id: '00000000-0000-4000-8000-000000000000',
  text: 'sourceAddress, the last 30 days',
  started_at: at(to),
  elapsed_ms: 4200,
  rows_read: 61_000_000,
  rows_to_read: 148_000_000,
  progress: 0.41,
}

export const fault = {
  code: 20030,
  message: 'Invalid filter: “prt” is no field',
  source: { pointer: '/filter' },
  fault: { from: 8, to: 11, message: '“prt” is no field', expected: ['port', 'proto'] },
}
export const tooLarge = {
  code: 20062,
  message: 'the question is too large: it needs more memory than 2 GiB; shorten the time, add a filter, or ask the sums by hour',
}
export const cancelled = { code: 20063, message: 'the question was cancelled' }
