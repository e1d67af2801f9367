// Answers about signatures and the edge firewall for screenshots: states that need attacks, agents or hours to come about.

const now = Date.now()
const minute = 60_000
const at = (minutes) => new Date(now + minutes * minute).toISOString()
const id = (digit) => String(digit).repeat(32)

/** A share with Wilson's interval. */
const share = (hits, of) => {
  if (of === 0) return { hits, of, share: 0, low: 0, high: 1 }
  const z = 1.96
  const p = hits / of
  const middle = (p + (z * z) / (2 * of)) / (1 + (z * z) / of)
  const half = (z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of))) / (1 + (z * z) / of)
  return { hits, of, share: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

const attackPackets = 184_220
const normalPackets = 96_407
const ofAttack = (hits) => share(hits, attackPackets)
const ofNormal = (hits) => share(hits, normalPackets)

const ask = { max_false: 0.001, min_recall: 0.95, max_parts: 8, sources: false }
const done = { phase: 'done', share: 1, packets: attackPackets }
const filter =
  '(udp and src port 53 and len >= 1200 and payload[2:2]&8180 == 8180) or (udp and src port 123 and len 468 and payload[3:1] == 2a) or fragment later'

const condition = (fields) => ({ meaning: '', variability: 'effort', why: 'The amplifier answers so.', ...fields })
const parts = [
  {
    title: 'DNS answers from port 53, 1200 bytes and longer',
    filter: 'udp and src port 53 and len >= 1200 and payload[2:2]&8180 == 8180',
    conditions: [
      condition({
        filter: 'udp',
        field: 'protocol',
        attack: ofAttack(183_000),
        baseline: ofNormal(31_206),
        why: 'The reflector speaks only this protocol.',
      }),
      condition({
        filter: 'src port 53',
        field: 'source port',
        meaning: 'DNS',
        attack: ofAttack(121_100),
        baseline: ofNormal(5230),
        variability: 'fixed',
        why: 'Reflectors answer from the port of their service.',
      }),
      condition({
        filter: 'len >= 1200',
        field: 'length of the IP packet',
        attack: ofAttack(129_400),
        baseline: ofNormal(38_020),
        why: 'Shorter answers make the attack weaker.',
      }),
      condition({
        filter: 'payload[2:2]&8180 == 8180',
        field: 'bytes 2–3 of the payload',
        meaning: 'DNS answer with recursion available',
        attack: ofAttack(121_010),
        baseline: ofNormal(4870),
      }),
    ],
    attack: ofAttack(120_930),
    bytes: share(164_000_000, 214_300_000),
    adds: ofAttack(120_930),
    baseline: ofNormal(6),
    junk: [],
  },
  {
    title: 'NTP monlist answers',
    filter: 'udp and src port 123 and len 468 and payload[3:1] == 2a',
    conditions: [
      condition({
        filter: 'src port 123',
        field: 'source port',
        meaning: 'NTP',
        attack: ofAttack(44_010),
        baseline: ofNormal(610),
        variability: 'fixed',
        why: 'Reflectors answer from the port of their service.',
      }),
      condition({
        filter: 'len 468',
        field: 'length of the IP packet',
        attack: ofAttack(43_920),
        baseline: ofNormal(35),
        variability: 'free',
        why: 'Whoever makes the packets chooses their length.',
      }),
    ],
    attack: ofAttack(43_870),
    bytes: share(20_500_000, 214_300_000),
    adds: ofAttack(43_870),
    baseline: ofNormal(0),
    junk: [],
  },
  {
    title: 'Later fragments',
    filter: 'fragment later',
    conditions: [
      condition({
        filter: 'fragment later',
        field: 'fragment',
        attack: ofAttack(18_010),
        baseline: ofNormal(4),
        variability: 'free',
        why: 'Any sender can fragment or not.',
      }),
    ],
    attack: ofAttack(18_010),
    bytes: share(26_400_000, 214_300_000),
    adds: ofAttack(17_900),
    baseline: ofNormal(4),
    junk: [],
  },
]

const values = (...rows) => rows.map(([label, attack, baseline, held = false]) => ({ label, attack, baseline, held }))
const curve = (bins, peak, width, scale) =>
  Array.from({ length: bins }, (_, bin) => scale * Math.exp(-((bin - peak) ** 2) / (2 * width * width)))
const ranges = (labels, attack, baseline, held) =>
  labels.map((label, index) => ({ label, attack: attack[index], baseline: baseline?.[index] ?? null, held: held(index) }))
const lengths = Array.from({ length: 32 }, (_, bin) => `${bin * 48}–${bin * 48 + 47}`)
const ttls = Array.from({ length: 32 }, (_, bin) => `${bin * 8}–${bin * 8 + 7}`)
const entropies = Array.from({ length: 16 }, (_, bin) => (bin / 2).toFixed(1))

const spreads = [
  {
    field: 'source_port',
    title: 'Source port',
    kind: 'values',
    bins: values(
      ['53', 0.657, 0.054, true],
      ['123', 0.239, 0.006, true],
      ['443', 0.001, 0.512],
      ['80', 0, 0.118],
      ['22', 0, 0.021],
      ['51820', 0, 0.014],
      ['others', 0.103, 0.275],
    ),
    distance: 0.82,
  },
  {
    field: 'length',
    title: 'Length of the IP packet',
    kind: 'ranges',
    bins: ranges(
      lengths,
      curve(32, 29, 1.4, 0.26).map((value, bin) => value + (bin === 9 ? 0.24 : 0)),
      curve(32, 2, 1.6, 0.14).map((value, bin) => value + (bin === 31 ? 0.39 : 0)),
      (bin) => bin >= 25 || bin === 9,
    ),
    distance: 0.71,
  },
  {
    field: 'ttl',
    title: 'Time to live',
    kind: 'ranges',
    bins: ranges(ttls, curve(32, 29, 2, 0.17), curve(32, 6, 3, 0.13), () => false),
    distance: 0.64,
  },
  {
    field: 'payload_entropy',
    title: 'Entropy of the payload (bits a byte)',
    kind: 'ranges',
    bins: ranges(entropies, curve(16, 10, 1.4, 0.28), curve(16, 14, 1.6, 0.24), () => false),
    distance: 0.58,
  },
  {
    field: 'protocol',
    title: 'Protocol',
    kind: 'values',
    bins: values(['udp', 0.994, 0.324, true], ['tcp', 0, 0.662], ['icmp', 0, 0.012], ['others', 0.006, 0.002]),
    distance: 0.67,
  },
  {
    field: 'fragment',
    title: 'Fragments',
    kind: 'values',
    bins: values(['none', 0.81, 0.999], ['later', 0.098, 0.0001, true], ['first', 0.092, 0.0009]),
    distance: 0.19,
  },
  { field: 'dscp', title: 'DSCP', kind: 'values', bins: values(['0', 0.97, 0.86], ['46', 0, 0.08], ['8', 0.03, 0.06]), distance: 0.11 },
]

const input = (fields) => ({
  name: 'attack.pcapng',
  packets: attackPackets,
  bytes: 214_300_000,
  left_out: 12,
  first_at: at(-46),
  last_at: at(-44),
  cut: 0,
  learnt_from: 50_000,
  ...fields,
})

const junk = [
  {
    kind: 'spoofed_sources',
    why: '41 % of the source addresses sent a single packet, and they are spread evenly over all networks: real clients are not.',
    share: ofAttack(17_900),
    baseline: ofNormal(310),
  },
  {
    kind: 'checksum',
    why: 'The UDP checksum does not fit the bytes in 9.7 % of the packets that could be checked.',
    share: share(9_700, 100_000),
    baseline: share(2, 94_000),
  },
]

export const report = {
  ask,
  attack: input({}),
  baseline: input({
    name: 'samples',
    packets: normalPackets,
    bytes: 71_800_000,
    left_out: 0,
    first_at: at(-1486),
    last_at: at(-46),
    cut: 96_001,
    learnt_from: 50_000,
  }),
  filter,
  parts,
  held: ofAttack(182_700),
  held_bytes: share(210_900_000, 214_300_000),
  false: ofNormal(10),
  targets: [
    { prefix: '203.0.113.7/32', share: 0.94 },
    { prefix: '203.0.113.0/24', share: 0.06 },
  ],
  junk,
  spreads,
  warnings: ['The packets of the baseline were captured to 128 bytes: conditions on later bytes could not be compared.'],
}

const nft = `table inet drawbridge_signature {
  chain prerouting {
    type filter hook prerouting priority -449;
    meta l4proto udp th sport 53 ip length >= 1200 @ih,16,16 & 0x8180 == 0x8180 counter drop
    meta l4proto udp th sport 123 ip length 468 @ih,24,8 0x2a counter drop
    ip frag-off & 0x1fff != 0 counter drop
  }
}`
const rendering = (format, title, text, fields = {}) => ({ format, title, text, exact: true, notes: [], ...fields })
export const renderings = [
  rendering('filter', 'Filter of Drawbridge', filter),
  rendering('nftables', 'nftables rules', nft, {
    notes: ['Load it with nft -f FILE; nft delete table inet drawbridge_signature takes it away.'],
  }),
  rendering(
    'bpf',
    'tcpdump expression',
    '(udp src port 53 and ip[2:2] >= 1200 and udp[10:2] & 0x8180 = 0x8180) or (udp src port 123 and ip[2:2] = 468 and udp[11] = 0x2a) or (ip[6:2] & 0x1fff != 0)',
  ),
  rendering(
    'flowspec',
    'FlowSpec rules',
    'protocol 17 source-port 53 packet-length >=1200\nprotocol 17 source-port 123 packet-length 468\nfragment is',
    {
      exact: false,
      notes: ['FlowSpec cannot look at payload: payload[2:2]&8180 == 8180 and payload[3:1] == 2a are left out.'],
      flowspec: [
        { protocol: [17], source_port: [[53, 53]], packet_length: [[1200, 65_535]] },
        { protocol: [17], source_port: [[123, 123]], packet_length: [[468, 468]] },
        { fragment: ['is'] },
      ],
      held: ofAttack(182_940),
      false: ofNormal(212),
    },
  ),
  rendering(
    'wireshark',
    'Wireshark display filter',
    '(udp.srcport == 53 && ip.len >= 1200) || (udp.srcport == 123 && ip.len == 468) || ip.frag_offset > 0',
  ),
  rendering('cloudflare', 'Cloudflare Magic Firewall expression', '(ip.proto eq "udp" and udp.srcport eq 53 and ip.len ge 1200)', {
    exact: false,
  }),
  rendering(
    'suricata',
    'Suricata rules',
    'drop udp any 53 -> any any (msg:"DNS answers"; dsize:>1171; content:"|81 80|"; offset:2; depth:2; sid:9100001;)',
    { exact: false, notes: ['It could not be run here.'] },
  ),
  rendering('json', 'JSON fingerprint', JSON.stringify({ name: 'dns-ntp', parts: 3 }, null, 2)),
]

const signature = (fields) => ({
  id: id('a'),
  name: 'DNS and NTP amplification',
  state: 'done',
  progress: done,
  source: { kind: 'capture', id: id('1') },
  baseline: { kind: 'samples', from: at(-1486), to: at(-46), filter: 'dst in 203.0.113.0/24' },
  ask,
  created_at: at(-40),
  ended_at: at(-39),
  who: 'noc@example.net',
  error: null,
  filter,
  edited: false,
  held: report.held.share,
  false: report.false.share,
  report: null,
  renderings: [],
  ...fields,
})

const unmade = { filter: null, held: null, false: null, ended_at: null }
export const running = signature({
  ...unmade,
  id: id('b'),
  name: 'attack-2026-11-22.pcapng',
  state: 'running',
  progress: { phase: 'reading baseline', share: 0.42, packets: 421_877 },
  source: { kind: 'file', id: id('f'), name: 'attack-2026-11-22.pcapng' },
  created_at: at(-0.2),
})
export const failed = signature({
  ...unmade,
  id: id('c'),
  name: 'Incident on 203.0.113.7',
  state: 'failed',
  source: { kind: 'incident', id: id('2') },
  error: 'No sampled header is left of that time. Capture the attack while it goes on, or raise captures.samples.keep_hours.',
})
const edited = signature({
  id: id('d'),
  name: 'SYN flood, options missing',
  filter: 'flags syn,!ack and tcp.doff 5 and tcp.window 1024',
  edited: true,
  held: 0.97,
  false: null,
  baseline: null,
  created_at: at(-4000),
})
const nothing = signature({ ...unmade, id: id('e'), name: 'HTTPS requests', state: 'done', ended_at: at(-300), created_at: at(-301) })
export const signatures = [running, signature({}), failed, edited, nothing]
export const whole = signature({ report, renderings })
export const remeasured = { ...whole, state: 'running', edited: true, progress: { phase: 'measuring', share: 0.6, packets: 110_000 } }
/** Without what was measured on normal traffic, all the way down. */
function alone(things) {
  for (const thing of things) {
    if ('baseline' in thing) thing.baseline = null
    if ('distance' in thing) thing.distance = null
    alone(thing.conditions ?? thing.bins ?? [])
  }
  return things
}

export const uncompared = signature({
  id: id('a'),
  edited: true,
  baseline: null,
  false: null,
  renderings,
  report: {
    ...report,
    baseline: null,
    false: null,
    // Copies, because what follows changes them.
    parts: alone(structuredClone(parts)),
    junk: alone(structuredClone(junk)),
    spreads: alone(structuredClone(spreads)),
    warnings: ['There is nothing to compare with: how much normal traffic the signature holds is not known.'],
  },
})

const agent = (fields) => ({
  agent: id('a'),
  name: 'edge-ord-1',
  colo: 'ord02',
  connected: true,
  state: 'active',
  action: { kind: 'drop' },
  error: null,
  packets: 41_882_110,
  bytes: 48_911_000_000,
  dropped_packets: 40_120_004,
  dropped_bytes: 46_800_000_000,
  packets_per_second: 182_000,
  bits_per_second: 1_710_000_000,
  dropped_packets_per_second: 182_000,
  share_of_traffic: 0.61,
  told_at: at(0),
  ...fields,
})
const second = (fields) =>
  agent({
    agent: id('b'),
    name: 'edge-fra-1',
    colo: 'fra01',
    packets: 9_120_400,
    packets_per_second: 38_100,
    dropped_packets_per_second: 38_100,
    dropped_packets: 9_000_000,
    share_of_traffic: 0.22,
    ...fields,
  })
const third = agent({
  agent: id('d'),
  name: 'edge-sin-1',
  colo: 'sin01',
  connected: false,
  state: 'failed',
  action: null,
  error: 'nft refused the rule: Operation not supported. Load the module nf_tables on that host.',
  packets: 0,
  bytes: 0,
  dropped_packets: 0,
  dropped_bytes: 0,
  packets_per_second: null,
  bits_per_second: null,
  dropped_packets_per_second: null,
  share_of_traffic: null,
  told_at: at(-4),
})

const change = (minutes, from, to, action, who, why) => ({ at: at(minutes), from, to, action, who, why })
const changes = [
  change(-31, null, 'counting', { kind: 'count' }, 'noc@example.net', 'Signature DNS and NTP amplification'),
  change(
    -28,
    'counting',
    'enforcing',
    { kind: 'limit', packets_per_second: 500 },
    'noc@example.net',
    'Only the flood matches; limit first',
  ),
  change(-24, 'enforcing', 'enforcing', { kind: 'drop' }, 'noc@example.net', 'Customer agrees to drop'),
]

const rule = (fields) => ({
  id: id('1'),
  name: 'DNS and NTP amplification',
  filter,
  state: 'enforcing',
  action: { kind: 'drop' },
  signature_id: id('a'),
  incident_id: id('2'),
  colo_name: '*',
  interface: null,
  created_at: at(-31),
  state_since: at(-24),
  until: at(29),
  calm: { packets_per_second: 100, seconds: 900 },
  calm_since: null,
  who: 'noc@example.net',
  why: 'Signature DNS and NTP amplification',
  withdrawn_at: null,
  withdrawn_why: null,
  enforceable_at: at(-30.8),
  agents: [agent({}), second({}), third],
  total: { packets: 51_002_510, bytes: 59_100_000_000, dropped_packets: 49_120_004, dropped_bytes: 57_200_000_000 },
  changes: [],
  ...fields,
})
const counts = { action: { kind: 'count' }, dropped_packets: 0, dropped_bytes: 0, dropped_packets_per_second: 0 }
const counting = rule({
  id: id('2'),
  name: 'SYN flood, options missing',
  filter: 'flags syn,!ack and tcp.doff 5 and tcp.window 1024',
  state: 'counting',
  action: { kind: 'count' },
  signature_id: id('d'),
  incident_id: null,
  colo_name: 'ord02',
  created_at: at(-0.1),
  state_since: at(-0.1),
  until: at(59.9),
  calm_since: at(-0.05),
  enforceable_at: at(0.07),
  agents: [agent({ ...counts, packets: 812, bytes: 48_720, packets_per_second: 96, share_of_traffic: 0.0004 })],
  total: { packets: 812, bytes: 48_720, dropped_packets: 0, dropped_bytes: 0 },
})
export const rules = [counting, rule({})]
export const wholeRule = rule({ changes })
export const wholeCounting = { ...counting, changes: changes.slice(0, 1) }
const gone = { state: 'withdrawn', agents: [], withdrawn_at: at(-120), until: at(-60) }
export const withdrawn = [
  rule({
    ...gone,
    id: id('3'),
    name: 'memcached answers',
    filter: 'udp and src port 11211',
    created_at: at(-300),
    withdrawn_why: 'calm: below 100 packets a second for 15 minutes',
  }),
  rule({
    ...gone,
    id: id('4'),
    name: 'GRE',
    filter: 'gre',
    created_at: at(-2000),
    withdrawn_at: at(-1990),
    withdrawn_why: 'withdrawn from the page',
  }),
]

export const firewall = {
  stopped: false,
  stop: null,
  rules: 2,
  max_rules: 50,
  max_lifetime_hours: 24,
  count_seconds: 10,
  protection: { prefixes: ['192.0.2.0/28', '2001:db8:ffff::/48'], local_ports: [22, 830] },
}
export const stopped = {
  ...firewall,
  rules: 0,
  stopped: true,
  stop: { who: 'ops@example.net', why: 'Customers report losses', at: at(-3) },
}

export const firewallPreview = {
  filter,
  nftables: [
    'meta l4proto udp th sport 53 ip length >= 1200 @ih,16,16 & 0x8180 == 0x8180 counter name r1',
    'meta l4proto udp th sport 123 ip length 468 @ih,24,8 0x2a counter name r1',
    'ip frag-off & 0x1fff != 0 counter name r1',
  ],
  packets_per_second: 221_400,
  bits_per_second: 2_060_000_000,
  not_estimated: ['bytes of the payload'],
  spares: ['Fragments from 192.0.2.0/28 (firewall.protected_prefixes) would match.'],
  warnings: ['edge-sin-1 is not connected: it gets the rule when it is back.'],
  agents: [
    { id: id('a'), name: 'edge-ord-1', colo: 'ord02', connected: true },
    { id: id('b'), name: 'edge-fra-1', colo: 'fra01', connected: true },
    { id: id('d'), name: 'edge-sin-1', colo: 'sin01', connected: false },
  ],
}
export const faulty = {
  message: "there is no field 'prt'; is it 'port'?",
  fault: { message: "there is no field 'prt'; is it 'port'?", from: 12, to: 15, expected: ['port', 'proto'] },
}
