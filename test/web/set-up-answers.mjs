// Answers about setting up a router, for screenshots and page tests: guides, commands, and a live check in its states.

const now = Date.now()
const at = (seconds) => new Date(now + seconds * 1000).toISOString()

const guide = (id, title, names, variants) => ({ id, title, names, variants })
const variant = (id, title, protocols, interfaces, samples = protocols) => ({ id, title, protocols, interfaces, samples })

export const guides = [
  guide(
    'cisco-ios',
    'Cisco IOS and IOS XE',
    ['Cisco', 'Catalyst', 'ISR', 'ASR 1000', 'CSR 1000v', 'Flexible NetFlow'],
    [
      variant('ios-xe', 'IOS XE', ['netflow9', 'ipfix'], ['GigabitEthernet0/0/0', 'GigabitEthernet0/0/1']),
      variant('ios', 'IOS 15', ['netflow9'], ['GigabitEthernet0/0']),
    ],
  ),
  guide(
    'juniper-mx',
    'Juniper MX',
    ['Juniper', 'Junos', 'MX204', 'MX480'],
    [variant('junos', 'Junos', ['ipfix', 'netflow9'], ['xe-0/0/0'])],
  ),
  guide('mikrotik', 'MikroTik RouterOS', ['MikroTik', 'RouterOS', 'CCR'], [variant('7', 'RouterOS 7', ['netflow9', 'ipfix'], ['ether1'])]),
  guide('pfsense', 'pfSense', ['pfSense', 'Netgate'], [variant('2', 'pfSense 2', ['netflow9'], ['WAN'], [])]),
  guide(
    'vyos',
    'VyOS',
    ['VyOS', 'Vyatta', 'uacctd'],
    [variant('1.4', 'VyOS 1.4', ['netflow9', 'sflow5'], ['eth0']), variant('1.3', 'VyOS 1.3', ['netflow9', 'sflow5'], ['eth0'])],
  ),
]

const lines = (...pairs) => pairs.map(([text, why = '']) => ({ text, why }))

const commands = {
  title: 'Switch flow accounting on',
  kind: 'commands',
  where: 'configuration mode',
  lines: lines(
    ['set system flow-accounting interface eth0', 'Watches packets that come in by eth0.'],
    ['set system flow-accounting netflow version 9', 'NetFlow v9 carries IPv6 and 64-bit counters.'],
    ['set system flow-accounting netflow server 192.0.2.10 port 2055', 'Sends what it has counted to Drawbridge.'],
    ['set system flow-accounting netflow source-ip 192.0.2.1', 'The address that Drawbridge knows this router by.'],
    ['set system flow-accounting netflow timeout max-active-life 60', 'A flow that goes on is told of every minute.'],
    ['set system flow-accounting netflow timeout expiry-interval 15', 'Looks every 15 s for flows that are over.'],
    ['commit'],
    ['save', 'Survives a restart.'],
  ),
}
const file = {
  title: 'Put the corrected configuration in place',
  kind: 'file',
  where: '/config/drawbridge/uacctd.conf',
  lines: lines(
    ['daemonize: false'],
    ['plugins: nfprobe[nf_192.0.2.10]', 'Dots in the name: with dashes the keys below would not hold for it.'],
    ['aggregate: proto,src_host,dst_host,src_port,dst_port,in_iface,tcpflags,timestamp_start,timestamp_end', 'What a good record needs.'],
    ['nfprobe_receiver[nf_192.0.2.10]: 192.0.2.10:2055', 'Where Drawbridge listens.'],
    ['nfprobe_version[nf_192.0.2.10]: 9'],
    ['nfprobe_timeouts[nf_192.0.2.10]: tcp=60:udp=60:icmp=60:general=60:maxlife=60:expint=15', 'The timeouts from above.'],
  ),
}

export const config = {
  guide: 'vyos',
  variant: '1.4',
  title: 'VyOS 1.4',
  protocol: 'netflow9',
  collector: '192.0.2.10',
  port: 2055,
  router: '192.0.2.1',
  interfaces: ['eth0'],
  sampling: 1000,
  advice: {
    sampling: 1000,
    active_timeout: 60,
    inactive_timeout: 15,
    reasons: [
      'A link of 1 Gbit/s carries up to 150 000 packets a second: one in 1000 of them is enough for graphs and alerts and costs the router little.',
      'Charts by the minute need flows that go on to be told of at least once a minute.',
    ],
  },
  parts: [commands, file],
  verify: lines(
    ['show flow-accounting interface eth0', 'Flows are counted.'],
    ['sudo ss -un dport = :2055', 'The socket that they are sent from.'],
  ),
  undo: [
    {
      title: 'Switch it off',
      kind: 'commands',
      where: 'configuration mode',
      lines: lines(['delete system flow-accounting'], ['commit'], ['save']),
    },
  ],
  notes: ['VyOS writes /run/pmacct/uacctd.conf anew at each commit: the corrected file is kept beside it, and a unit of its own reads it.'],
  troubles: [],
}

/** Registered, so that there is a setting to change. Only what the page reads. */
export const routers = [{ address: '192.0.2.1', name: '', sampling_override: null }]

/** The same without a file: one paste, nothing to sample with. */
export const clicks = {
  ...config,
  guide: 'pfsense',
  variant: '2',
  title: 'pfSense 2',
  sampling: 1,
  advice: { ...config.advice, sampling: 1, reasons: ['softflowd looks at every packet.'] },
  parts: [
    {
      title: 'Install softflowd',
      kind: 'clicks',
      where: 'System, Package Manager, Available Packages',
      lines: lines(['Search for softflowd and press Install.'], ['Confirm.', 'Nothing is exported before it is configured.']),
    },
  ],
  verify: [],
  undo: [],
  notes: [],
}

const step = (name, state, text, ...findings) => ({ name, state, text, findings })
const ok = (name, text) => step(name, 'ok', text)
const wait = (name, text) => step(name, 'waiting', text)
const finding = (code, state, text, advice, more = {}) => ({ code, state, text, advice, command: '', values: {}, action: null, ...more })

const later = [
  wait('registered', 'Follows once somebody sends.'),
  wait('decoded', 'Follows once the first datagram is there.'),
  wait('templates', 'Routers send templates every few minutes, some every 30 min.'),
  wait('fields', 'Follows from the templates.'),
  wait('timestamps', 'Follows from the first flows.'),
  wait('clock', 'Follows from the first datagram.'),
  wait('sampling', 'Told in flows or an options table.'),
  wait('address', 'Follows from the first datagram.'),
  wait('once', 'Looked at once there are some hundred flows.'),
  wait('graph', 'The first flows are on the graph a few seconds after they came.'),
]

const base = {
  id: 'c'.repeat(32),
  opened: at(-40),
  expected: '192.0.2.1',
  guide: 'vyos',
  sender: null,
  senders: [],
  strays: [],
  stray_method: 'tcpdump',
  listeners: ['[::]:2055', '[::]:6343'],
  addresses: ['192.0.2.10', '198.51.100.10', '2001:db8::10'],
  datagrams: 0,
  bytes: 0,
  flows: 0,
  kept: { datagrams: 0, bytes: 0, missed: 0 },
  state: 'waiting',
  steps: [],
  templates: [],
  sample: null,
  expires: at(120),
}

/** Nothing has come yet. */
export const waiting = { ...base, steps: [wait('datagrams', 'Nothing from 192.0.2.1 yet, for 40 s.'), ...later] }

/** Nothing has come from anybody. */
export const anybody = { ...waiting, expected: null, steps: [wait('datagrams', 'Nothing has come from anybody for 40 s.'), ...later] }

/** It sends to a port where nobody listens, and somebody else is heard. */
export const wrongPort = {
  ...base,
  state: 'failed',
  senders: [{ address: '192.0.2.77', agent_address: null, registered: true, protocols: ['sflow5'], datagrams: 31, is_new: false }],
  strays: [{ source: '192.0.2.1', address: '192.0.2.10', port: 9995, protocol: 'netflow9', datagrams: 12, reason: 'port' }],
  steps: [
    step(
      'datagrams',
      'failed',
      'Nothing from 192.0.2.1 has reached Drawbridge.',
      finding(
        'wrong_port',
        'failed',
        '192.0.2.1 sends NetFlow v9 to UDP port 9995, where nobody listens: 12 datagrams.',
        'Set the port on the router to 2055, or let Drawbridge listen on 9995 too.',
        { command: 'set system flow-accounting netflow server 192.0.2.10 port 2055' },
      ),
    ),
    ...later,
  ],
}

const sender = { address: '192.0.2.1', agent_address: null, registered: true, protocols: ['netflow9'], datagrams: 96, is_new: true }
const came = {
  sender: '192.0.2.1',
  senders: [sender],
  datagrams: 96,
  bytes: 118_400,
  flows: 1960,
  kept: { datagrams: 96, bytes: 118_400, missed: 0 },
}
const template = {
  protocol: 'netflow9',
  domain: 0,
  id: 1024,
  kind: 'data',
  fields: [
    'IPV4_SRC_ADDR',
    'IPV4_DST_ADDR',
    'L4_SRC_PORT',
    'L4_DST_PORT',
    'PROTOCOL',
    'IN_BYTES',
    'IN_PKTS',
    'FIRST_SWITCHED',
    'LAST_SWITCHED',
    'INPUT_SNMP',
  ],
  records: 1960,
}
const sample = {
  source: '198.51.100.23',
  destination: '203.0.113.7',
  protocol: 6,
  source_port: 51_234,
  destination_port: 443,
  bytes: 118_230,
  packets: 93,
  sampling: 1000,
  start: at(-8),
  end: at(-2),
}

const greenSteps = [
  ok('datagrams', '96 datagrams in 40 s, the latest 1 s ago.'),
  ok('registered', 'It is registered, its flows are stored.'),
  ok('decoded', 'NetFlow v9: 96 of 96 datagrams were read.'),
  ok('templates', '2 templates, repeated every 60 s.'),
  ok('fields', 'All 11 fields of the record are there.'),
  ok('timestamps', 'Flows end within 16 s before they are told of.'),
  ok('clock', 'Its clock is off by 0.02 s.'),
  ok('sampling', '1 in 1000, told in the options table.'),
  ok('address', 'It sends from 192.0.2.1, which is registered.'),
  ok('once', 'No flow of 1960 came twice.'),
  ok('graph', '1948 flows are stored, the first was there 9 s after it came.'),
]
export const green = {
  ...base,
  ...came,
  state: 'ok',
  steps: greenSteps,
  templates: [template, { ...template, id: 1025, records: 0 }],
  sample,
}

const replaced = (...steps) => greenSteps.map((known) => steps.find(({ name }) => name === known.name) ?? known)

/** It sends, and nobody has registered it. */
export const unregistered = {
  ...green,
  state: 'failed',
  senders: [
    { ...sender, registered: false },
    { address: '2001:db8::77', agent_address: '192.0.2.77', registered: true, protocols: ['sflow5'], datagrams: 31, is_new: false },
  ],
  steps: replaced(
    step(
      'registered',
      'failed',
      'Nobody has registered 192.0.2.1: what it sends is counted and not stored.',
      finding('unregistered', 'failed', '192.0.2.1 sends, and is not registered.', 'Register it if it is yours.', {
        command: './bin/drawbridge router add 192.0.2.1',
        action: { kind: 'register', address: '192.0.2.1' },
      }),
    ),
    wait('graph', 'Flows are stored once the router is registered.'),
  ),
}

/** Much is wrong at once. */
export const faulty = {
  ...green,
  state: 'failed',
  kept: { datagrams: 3051, bytes: 4_194_000, missed: 412 },
  steps: replaced(
    step(
      'fields',
      'failed',
      'Of the 11 fields of the record 2 are missing.',
      finding(
        'no_bytes',
        'failed',
        'Template 1024 has no byte counter.',
        'Without it there is no traffic to show. Add it to the flow record on the router.',
        {
          command: 'collect counter bytes long',
        },
      ),
      finding('fields_missing', 'warning', 'tcpControlBits is missing.', 'SYN floods cannot be told from other TCP without it.', {
        values: { fields: ['octetDeltaCount', 'tcpControlBits'] },
      }),
    ),
    step(
      'timestamps',
      'failed',
      'All flows begin on 1 January 1970.',
      finding(
        'times_1970',
        'failed',
        '1960 of 1960 flows begin in 1970.',
        'The times are told in a unit that the template does not name: put timestamps_secs: true into uacctd.conf.',
      ),
    ),
    step(
      'clock',
      'warning',
      'Its clock is 61 min ahead.',
      finding('clock_off', 'warning', 'The clock of 192.0.2.1 is 61 min ahead of this machine.', 'Let it ask a time server.', {
        command: 'set system ntp server time.example.net',
      }),
    ),
    step(
      'sampling',
      'warning',
      'It does not tell how it samples; every packet is assumed.',
      finding(
        'sampling_untold',
        'warning',
        'No flow and no options table names a rate.',
        'Set the rate that the router samples with, or 1 if it looks at every packet.',
        {
          action: { kind: 'set_sampling', address: '192.0.2.1', rate: null },
        },
      ),
    ),
    step(
      'address',
      'failed',
      'Several routers seem to send from 192.0.2.1.',
      finding(
        'address_translated',
        'failed',
        '192.0.2.1 is the address of the bridge docker0 of this machine.',
        'Run the container with host networking, so that the true sources are seen.',
        {
          command: 'docker run --network host …',
        },
      ),
    ),
    { ...greenSteps[9], state: 'skipped', text: 'Cannot be told while times are wrong.' },
  ),
}
