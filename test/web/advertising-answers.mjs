// Answers about advertising for screenshots: states that need neighbours, other people's systems or an attack to come about.

const now = Date.now()
const minute = 60_000
const at = (minutes) => new Date(now + minutes * minute).toISOString()
const id = (digit) => String(digit).repeat(32)

const cause = (fields) => ({
  id: id('c'),
  kind: 'person',
  who: 'noc@example.net',
  why: 'Customer reports a flood',
  rule_id: null,
  incident_id: null,
  since: at(-12),
  until: at(108),
  calm_since: null,
  hold_seconds: null,
  signal: null,
  released_at: null,
  released_why: null,
  ...fields,
})
const byRule = (fields) =>
  cause({
    id: id('d'),
    kind: 'rule',
    who: 'edge-floods',
    why: 'UDP flood of 4.2 Gb/s to 203.0.113.7',
    rule_id: id('1'),
    incident_id: id('2'),
    until: at(1428),
    hold_seconds: 900,
    signal: 'probe',
    ...fields,
  })
const route = (prefix, purpose = 'divert', flowspec = null) => ({ purpose, prefix, flowspec })
const advertisement = (fields) => ({
  id: id('a'),
  route: route('203.0.113.0/24'),
  driver: 'bgp',
  owned_prefix_id: id('e'),
  state: 'announced',
  dry_run: false,
  created_at: at(-12),
  state_since: at(-12),
  announced_at: at(-12),
  already: false,
  until: at(108),
  retry_at: null,
  detail: 'sent to edge-1, edge-2',
  causes: [cause({})],
  ...fields,
})

const dnsFilter = {
  match: { destination: '198.51.100.53/32', protocol: [17], source_port: [[53, 53]], packet_length: [[1024, 1500]] },
  action: { kind: 'rate', bytes_per_second: 12_500_000 },
}
export const announcements = [
  advertisement({ causes: [byRule({}), cause({})] }),
  advertisement({
    id: id('b'),
    route: route('198.51.100.53/32', 'flowspec', dnsFilter),
    state_since: at(-3),
    detail: 'sent to edge-1',
    causes: [cause({ why: 'Amplified answers to the resolver', until: at(47) })],
  }),
  advertisement({
    id: id('3'),
    route: route('2001:db8:40::/48'),
    state: 'pending',
    detail: '',
    announced_at: null,
    state_since: at(-1),
    causes: [byRule({ who: 'ipv6-anomaly', why: '2.1 Gb/s to 2001:db8:40::/48, usually 180 Mb/s' })],
  }),
  advertisement({
    id: id('4'),
    route: route('198.51.100.0/24'),
    driver: 'cloudflare',
    state: 'delayed',
    announced_at: null,
    retry_at: at(9),
    detail: 'Cloudflare takes the next change 15 minutes after the last one (code 1002)',
  }),
  advertisement({
    id: id('5'),
    route: route('203.0.113.99/32', 'blackhole'),
    driver: 'webhook',
    state: 'failed',
    announced_at: null,
    detail: 'https://mitigation.example.net/drawbridge answered 500: no such customer',
  }),
  advertisement({
    id: id('6'),
    route: route('203.0.113.42/32', 'blackhole'),
    dry_run: true,
    detail: 'dry run: nobody was told',
    causes: [byRule({ calm_since: at(-6), why: 'SYN flood of 1.1 Mpps to 203.0.113.42' })],
  }),
]

const neighbor = (fields) => ({
  name: 'edge-1',
  address: '192.0.2.1',
  remote_as: 64_500,
  state: 'Established',
  since: at(-5000),
  families: ['ipv4', 'ipv6', 'ipv4-flowspec'],
  hold_seconds: 90,
  graceful_restart_seconds: 120,
  routes_sent: 2,
  sessions: 1,
  last_error: '',
  ...fields,
})
export const status = {
  stopped: false,
  stop: null,
  announcements: 3,
  max_announcements: 50,
  flowspec_rules: 1,
  max_flowspec_rules: 20,
  max_lifetime_hours: 24,
  drivers: [
    {
      driver: 'bgp',
      configured: true,
      ready: true,
      detail: 'AS 64512, 192.0.2.9',
      neighbors: [
        neighbor({}),
        neighbor({
          name: 'edge-2',
          address: '2001:db8::2',
          state: 'Connect',
          since: at(-2),
          routes_sent: 0,
          sessions: 3,
          last_error: 'The connection was refused',
        }),
      ],
    },
    { driver: 'cloudflare', configured: true, ready: true, detail: 'account 023e105f', neighbors: [] },
    { driver: 'webhook', configured: true, ready: true, detail: 'https://mitigation.example.net/drawbridge', neighbors: [] },
  ],
}
export const stopped = {
  ...status,
  stopped: true,
  stop: { who: 'noc@example.net', why: 'Maintenance at the scrubbing provider', at: at(-4) },
}
export const unconfigured = {
  ...status,
  announcements: 0,
  flowspec_rules: 0,
  drivers: ['bgp', 'cloudflare', 'webhook'].map((driver) => ({ driver, configured: false, ready: false, detail: '', neighbors: [] })),
}

const owned = (fields) => ({
  id: id('e'),
  account: 1,
  cidr: '203.0.113.0/24',
  description: 'Web servers in Vienna',
  origin_as: 64_512,
  drivers: ['bgp', 'webhook'],
  divert_max_length: 24,
  blackhole_min_length: 32,
  flowspec: true,
  automatic: true,
  approval: false,
  locked: false,
  lock_reason: '',
  created_at: at(-90_000),
  modified_at: at(-90_000),
  ...fields,
})
export const prefixes = [
  owned({}),
  owned({
    id: id('f'),
    cidr: '198.51.100.0/22',
    description: 'Customers',
    drivers: ['bgp', 'cloudflare'],
    divert_max_length: 24,
    blackhole_min_length: 28,
    approval: true,
  }),
  owned({
    id: id('9'),
    cidr: '2001:db8:40::/44',
    description: '',
    divert_max_length: 48,
    blackhole_min_length: null,
    flowspec: false,
    automatic: false,
    locked: true,
    lock_reason: 'Being renumbered, ticket 4711',
  }),
]

export const preview = {
  route: route('203.0.113.0/24'),
  owned_prefix: { id: id('e'), cidr: '203.0.113.0/24', description: 'Web servers in Vienna', origin_as: 64_512 },
  approval: false,
  until: at(60),
  messages: [
    {
      driver: 'bgp',
      to: 'edge-1 (192.0.2.1)',
      ready: true,
      lines: [
        'UPDATE',
        'NLRI: 203.0.113.0/24',
        'ORIGIN: IGP',
        'AS_PATH: 64512 64512',
        'NEXT_HOP: 192.0.2.9',
        'COMMUNITIES: 64500:100 64500:666',
      ],
      hex: 'ffffffffffffffffffffffffffffffff0044020000002940010100400206020200fc0000fc00400304c0000209c00808fbf40064fbf4029a18cb0071',
    },
    {
      driver: 'bgp',
      to: 'edge-2 (2001:db8::2)',
      ready: false,
      lines: ['UPDATE', 'NLRI: 203.0.113.0/24', 'ORIGIN: IGP', 'AS_PATH: 64512', 'NEXT_HOP: 192.0.2.9'],
      hex: 'ffffffffffffffffffffffffffffffff003c020000002140010100400206020100fc00400304c000020918cb0071',
    },
    {
      driver: 'webhook',
      to: 'https://mitigation.example.net/drawbridge',
      ready: true,
      lines: ['POST', 'action: announce', 'prefix: 203.0.113.0/24', 'purpose: divert'],
      hex: '',
    },
  ],
  warnings: ['The session with edge-2 is down: it is told when it is back'],
}

const change = (minutes, to, who, why, from = null) => ({ at: at(minutes), from, to, who, why })
export const history = {
  ...announcements[0],
  changes: [
    change(-12, 'announcing', 'edge-floods', 'UDP flood of 4.2 Gb/s to 203.0.113.7'),
    change(-11.999, 'announced', 'drawbridge', 'sent to edge-1, edge-2', 'announcing'),
    change(-8, 'announced', 'noc@example.net', 'Held by noc@example.net as well: Customer reports a flood', 'announced'),
  ],
}
