// Answers about captures for screenshots: states that need edges, floods, cut lines or buckets to come about.

const now = Date.now()
const second = 1000
const at = (seconds) => new Date(now + seconds * second).toISOString()
/** With microseconds, as captures have them. */
const exactly = (seconds, microseconds) =>
  `${new Date(now + seconds * second).toISOString().slice(0, 19)}.${String(microseconds).padStart(6, '0')}Z`
const id = (digit) => String(digit).repeat(32)

const finding = (name, state, message, command = null) => ({ id: name, state, message, command })
const link = (name, index, addresses, merging_offloads = []) => ({
  name,
  index,
  mtu: name === 'lo' ? 65_536 : 1500,
  state: 'up',
  mac: `52:54:00:12:34:0${index}`,
  addresses,
  merging_offloads,
})

const facts = (fields = {}) => ({
  hostname: 'edge-ord-1',
  version: '0.1.0',
  kernel: '6.12.48',
  architecture: 'x86_64',
  nft: 'nftables v1.0.9 (Old Doc Yak #3)',
  tcpdump: 'tcpdump version 4.99.4',
  interfaces: [
    link('lo', 1, ['127.0.0.1/8', '::1/128']),
    link('eth0', 2, ['192.0.2.11/24', '2001:db8::11/64']),
    link('eth1', 3, ['198.51.100.1/24'], ['generic-receive-offload']),
  ],
  findings: [finding('nft', 'ok', 'nft is there.')],
  ...fields,
})

const agent = (fields) => ({
  id: id('a'),
  name: 'edge-ord-1',
  colo: 'ord02',
  group: 'ORD',
  state: 'connected',
  enrolled_at: at(-86_400),
  last_seen_at: at(0),
  address: '192.0.2.11',
  clock_offset_ms: -2.4,
  clock_error_ms: 0.31,
  always_on_sampling: 100,
  running: [],
  facts: facts(),
  ...fields,
})

const offloads = finding(
  'offload-eth1',
  'warning',
  'eth1 merges packets before captures see them (generic-receive-offload): they look longer than on the wire.',
  'ethtool -K eth1 gro off lro off',
)
const noTcpdump = finding('tcpdump', 'failed', 'tcpdump is not installed: nothing can be captured here.', 'apt-get install tcpdump')

export const agents = [
  agent({ running: [id('1')], facts: facts({ findings: [offloads] }) }),
  agent({
    id: id('b'),
    name: 'edge-fra-1',
    colo: 'fra01',
    group: 'FRA',
    clock_offset_ms: 0.2,
    address: '2001:db8:2::5',
    running: [id('1')],
  }),
  agent({
    id: id('c'),
    name: 'edge-fra-2',
    colo: 'fra02',
    group: 'FRA',
    always_on_sampling: 0,
    clock_offset_ms: 1840,
    clock_error_ms: 12,
    facts: facts({ tcpdump: null, findings: [noTcpdump, offloads] }),
  }),
  agent({ id: id('d'), name: 'edge-sin-1', colo: 'sin01', group: 'SIN', state: 'disconnected', last_seen_at: at(-5400), address: null }),
  agent({
    id: id('e'),
    name: 'new-host',
    colo: 'syd01',
    group: 'SYD',
    state: 'disconnected',
    last_seen_at: null,
    address: null,
    clock_offset_ms: null,
    clock_error_ms: null,
    facts: null,
  }),
]

export const enrolment = {
  code: '7K3M-9QXA-T2WD-HR5C',
  colo: 'ord03',
  expires_at: at(900),
  command: 'drawbridge agent enroll --server https://drawbridge.example.net --code 7K3M-9QXA-T2WD-HR5C',
}

const extension = {
  sampling: 100,
  snap_length: 160,
  hook: 'prerouting',
  interface: null,
  engine: 'nflog',
  link: 'raw',
  mask_payload: false,
  note: '',
}

const part = (fields) => ({
  agent: id('a'),
  name: 'edge-ord-1',
  colo: 'ord02',
  clock_offset_ms: -2.4,
  state: 'capturing',
  packets: 3120,
  bytes: 499_200,
  kernel_drops: 0,
  delivery_drops: 0,
  super_packets: 0,
  first_packet_at: exactly(-24, 104_233),
  end: null,
  error: null,
  objects: [],
  ...fields,
})
const fra = (fields) =>
  part({ agent: id('b'), name: 'edge-fra-1', colo: 'fra01', clock_offset_ms: 0.2, packets: 981, bytes: 156_960, ...fields })
const sin = (fields) =>
  part({ agent: id('d'), name: 'edge-sin-1', colo: 'sin01', clock_offset_ms: null, packets: 0, bytes: 0, first_packet_at: null, ...fields })

const capture = (fields) => ({
  id: id('1'),
  type: 'simple',
  status: 'running',
  filter_v1: {},
  filter: 'dst in 203.0.113.0/24 and udp and src port 53 and len > 500',
  time_limit: 60,
  packet_limit: 10_000,
  byte_limit: null,
  offset_time: null,
  colo_name: '*',
  destination_conf: null,
  extension,
  cause: { kind: 'person', who: 'noc@example.net', rule_id: null, incident_id: null },
  submitted: exactly(-25, 269_047),
  stop_requested: null,
  ended_at: null,
  expires_at: null,
  downloadable: false,
  error_message: null,
  packets: 4101,
  bytes: 656_160,
  agents: [part({}), fra({}), sin({ state: 'starting' })],
  ...fields,
})

const byRule = { kind: 'rule', who: 'edge-floods', rule_id: id('5'), incident_id: id('6') }
const bucketName = 's3://pcaps-bucket/edge?region=eu-central-1'
const over = { status: 'success', ended_at: at(-3500), expires_at: at(2_592_000), downloadable: true }

export const running = [
  capture({}),
  capture({
    id: id('2'),
    type: 'full',
    filter: 'host 2001:db8::53 and tcp and flags syn,!ack',
    time_limit: 300,
    packet_limit: null,
    byte_limit: 100_000_000,
    colo_name: 'fra01',
    destination_conf: bucketName,
    extension: { ...extension, sampling: 1, snap_length: 65_535, note: 'Ticket 4711' },
    submitted: exactly(-190, 104),
    packets: 68_412,
    bytes: 91_204_110,
    agents: [fra({ packets: 68_412, bytes: 91_204_110 })],
  }),
]

export const ended = [
  capture({
    ...over,
    id: id('3'),
    submitted: exactly(-3600, 12),
    packets: 10_000,
    bytes: 1_571_280,
    cause: byRule,
    filter: 'dst in 203.0.113.7/32',
    agents: [
      part({ state: 'done', end: 'packets', packets: 7012, bytes: 1_101_220, kernel_drops: 214, super_packets: 31 }),
      fra({ state: 'done', end: 'stopped', packets: 2988, bytes: 470_060 }),
    ],
  }),
  capture({
    ...over,
    id: id('4'),
    type: 'full',
    status: 'failed',
    filter: null,
    filter_v1: { source_address: '198.51.100.4', destination_port: 80, protocol: 6 },
    submitted: exactly(-9000, 500),
    ended_at: at(-8990),
    downloadable: false,
    expires_at: null,
    destination_conf: bucketName,
    error_message:
      'edge-fra-1: the bucket refused the upload (AccessDenied). Its policy has to allow s3:PutObject on arn:aws:s3:::pcaps-bucket/edge/*.',
    packets: 0,
    bytes: 0,
    agents: [
      fra({
        state: 'failed',
        end: 'failed',
        packets: 0,
        bytes: 0,
        first_packet_at: null,
        error: 'The bucket refused the upload (AccessDenied). Its policy has to allow s3:PutObject on arn:aws:s3:::pcaps-bucket/edge/*.',
      }),
    ],
  }),
  capture({
    ...over,
    id: id('7'),
    type: 'full',
    filter: null,
    submitted: exactly(-86_000, 1),
    ended_at: at(-85_700),
    downloadable: false,
    expires_at: null,
    destination_conf: bucketName,
    colo_name: 'ord02,fra01',
    packets: 812_004,
    bytes: 904_120_882,
    extension: { ...extension, sampling: 1, snap_length: 65_535, mask_payload: true },
    agents: [
      part({
        state: 'done',
        end: 'time',
        objects: [
          {
            uri: `s3://pcaps-bucket/edge/${id('a')}/pcap_${id('7')}.pcap`,
            bytes: 904_120_882,
            packets: 812_004,
            sha256: id('4').repeat(2),
          },
        ],
      }),
    ],
  }),
  capture({
    ...over,
    id: id('8'),
    filter: 'dst in 203.0.113.7/32',
    offset_time: at(-90_000),
    submitted: exactly(-89_900, 44),
    error_message: 'Nothing was heard of edge-sin-1 any more; what came from the others is here.',
    packets: 412,
    bytes: 52_736,
    agents: [part({ agent: 'samples', name: 'samples', colo: '', clock_offset_ms: null, state: 'done', packets: 412, bytes: 52_736 })],
  }),
]

export const finished = ended[0]
export const failed = ended[1]
export const full = ended[2]

const packet = (number) => ({
  number,
  time: exactly(-3590, number * 1021),
  agent: number % 3 === 0 ? id('b') : id('a'),
  source: number % 4 === 0 ? '2001:db8:4::53' : `198.51.100.${(number * 7) % 250}`,
  destination: number % 4 === 0 ? '2001:db8::7' : '203.0.113.7',
  protocol: 'UDP',
  length: 1428 - (number % 9) * 60,
  captured: 160,
  info: `53 → ${40_000 + number}, DNS answer ANY example.net`,
})
export const packets = Array.from({ length: 100 }, (_, number) => packet(number))

const hex = [
  '4500059412344000391100adc6336407cb007107',
  '0035fa6a058000001234818000010028000000010765',
  '78616d706c65036e65740000ff0001c00c000100010000012c0004c6336401',
  'c00c00020001000151800006036e7331c00cc00c000600010001518000200',
].join('')
const field = (name, value, offset, length) => ({ name, value, offset, length })
export const detail = {
  summary: packet(0),
  layers: [
    {
      name: 'IPv4',
      offset: 0,
      length: 20,
      fields: [
        field('Version', '4', 0, 1),
        field('Header length', '20 bytes', 0, 1),
        field('DSCP', '0', 1, 1),
        field('Total length', '1428', 2, 2),
        field('Identification', '0x1234', 4, 2),
        field('Flags', 'don’t fragment', 6, 1),
        field('Time to live', '57', 8, 1),
        field('Protocol', '17 (UDP)', 9, 1),
        field('Checksum', '0x00ad', 10, 2),
        field('Source', '198.51.100.7', 12, 4),
        field('Destination', '203.0.113.7', 16, 4),
      ],
    },
    {
      name: 'UDP',
      offset: 20,
      length: 8,
      fields: [
        field('Source port', '53', 20, 2),
        field('Destination port', '64106', 22, 2),
        field('Length', '1408', 24, 2),
        field('Checksum', '0x0000', 26, 2),
      ],
    },
  ],
  hex: hex.slice(0, hex.length - (hex.length % 2)).padEnd(320, '00'),
}

export const preview = {
  filter: 'dst in 203.0.113.0/24 and udp and src port 53 and len > 500',
  packets_per_second: 18_240,
  bits_per_second: 206_000_000,
  captured_packets_per_second: 182.4,
  captured_bytes_per_second: 29_184,
  not_estimated: ['len > 500'],
  nftables: ['ip daddr 203.0.113.0/24 meta l4proto udp th sport 53 meta length > 500'],
  bpf: 'dst net 203.0.113.0/24 and udp and src port 53 and greater 501',
  agents: agents.map(({ id, name, colo, state }) => ({ id, name, colo, connected: state === 'connected' })),
}

export const fault = {
  message: 'expected an operator for ports, not "prt"; do you mean port?',
  from: 36,
  to: 39,
  expected: ['port', '==', 'in'],
}

export const buckets = [
  { id: id('1'), status: 'success', submitted: at(-90_000), validated: at(-89_000), destination_conf: bucketName, filename: '' },
  {
    id: id('2'),
    status: 'pending',
    submitted: at(-300),
    validated: '',
    destination_conf: 's3://captures?region=us-east-1&endpoint=https://minio.example.net',
    filename: `ownership-challenge-${id('2')}.txt`,
  },
]

export const policy = { snap_length_cap: 65_535, mask_payload: false, expire_days: 30, full_download: false }

export const manifest = {
  capture: finished,
  file: { format: 'pcap', bytes: 1_731_304, packets: 10_000, sha256: id('9').repeat(2) },
  parts: finished.agents.map(({ agent, name, colo, packets }) => ({
    agent,
    name,
    colo,
    packets,
    first_at: exactly(-3590, 1),
    last_at: exactly(-3540, 1),
    kernel_drops: 0,
    delivery_drops: 0,
    sha256: id('8').repeat(2),
  })),
}
