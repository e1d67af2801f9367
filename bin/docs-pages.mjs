// The pages of docs/ that are generated: each is a function from the table in the source to Markdown.

function cell(text) {
  return String(text).replaceAll('|', '\\|').replaceAll('\n', ' ')
}

function table(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows]
  return lines.map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')
}

function code(text) {
  return text === '' ? '' : `\`${text}\``
}

function shownDefault(value) {
  if (value === undefined || value === '') return ''
  if (Array.isArray(value)) return value.length === 0 ? 'empty' : code(value.join(', '))
  return code(value)
}

function optionTable(options) {
  return [plainTable(options), ...options.filter(({ fields }) => fields.length > 0).map(fieldTable)].join('\n\n')
}

function fieldTable({ path, fields }) {
  return `Each section of \`${path}\`:\n\n${plainTable(fields)}`
}

function plainTable(options) {
  const rows = options.map((option) => [
    code(option.path),
    option.needed ? 'needed' : shownDefault(option.default),
    option.allowed,
    option.description,
  ])
  return table(['option', 'default', 'allowed', 'meaning'], rows)
}

/** docs/configuration.md from the options of base/config-options.ts. */
export function configurationPage(options) {
  const section = (path) => (path.includes('.') ? path.slice(0, path.indexOf('.')) : '')
  const names = [...new Set(options.map(({ path }) => section(path)))]
  const parts = names.map((name) => {
    const heading = name === '' ? '## General' : `## ${name}`
    return `${heading}\n\n${optionTable(options.filter(({ path }) => section(path) === name))}`
  })
  return `# Configuration

This page is generated from \`src/contract/config.ts\` by \`npm run docs\`.

Drawbridge starts without any configuration. Options come from four places, the later ones win:

1. the defaults below
2. a YAML file: \`./drawbridge.yaml\` if it is there, or the one named by \`--config FILE\` or \`DRAWBRIDGE_CONFIG\`
3. environment variables: \`DRAWBRIDGE_\` and the option in capitals, with \`_\` for each dot: \`DRAWBRIDGE_HTTP_PORT\`;
   lists are separated by commas, lists of sections are written as JSON
4. flags: \`--set http.port=8081\`, as often as wanted; \`--data DIR\` and \`--demo\` are short for two of them

A name that does not exist is refused, wherever it stands, together with the nearest one that does.

\`\`\`yaml
# drawbridge.yaml
http:
  port: 8081
store:
  retention:
    raw_days: 14
enrich:
  own_networks: [203.0.113.0/24, 2001:db8::/32]
\`\`\`

\`\`\`sh
./bin/drawbridge config check drawbridge.yaml
./bin/drawbridge config dump
\`\`\`

\`config check\` says what is wrong with a file. \`config dump\` prints every option with its value in force and its meaning.

${parts.join('\n\n')}
`
}

function dimension({ graphql }) {
  if (graphql === undefined) return ''
  return `${code(graphql.name)}${graphql.extension ? ' (extension)' : ''}`
}

/** docs/columns.md from the column table of contract/flow-columns.ts. */
export function columnsPage(columns) {
  const rows = columns.map((column) => [
    code(column.name),
    code(column.type),
    column.unit,
    column.elements.join(', '),
    column.sflow,
    dimension(column),
    column.rollup ? 'all' : 'flows',
    column.description,
  ])
  return `# Flow columns

This page is generated from \`src/contract/flow-columns.ts\` by \`npm run docs\`.

What is kept of every flow. \`elements\` are the information elements of NetFlow v9 and IPFIX that fill a column, the first
one that a template has wins. \`dimension\` is its name in GraphQL ([API](api.md)); an extension is one that Cloudflare's
dataset lacks. \`kept\` says in which tables a column is: \`flows\` holds each flow; \`all\` also the sums by minute and by
hour. A column is 0 or empty where the exporter did not tell.

Bytes and packets are stored as exported. The traffic is \`bytes * sampling_rate\`; bits are never stored.

${table(['column', 'ClickHouse type', 'unit', 'elements', 'sFlow', 'dimension', 'kept', 'meaning'], rows)}
`
}

const transportNames = new Map([
  [1, 'ICMP'],
  [6, 'TCP'],
  [17, 'UDP'],
  [58, 'ICMPv6'],
])

function protocolText(protocol) {
  return protocol === null ? 'any' : (transportNames.get(protocol) ?? String(protocol))
}

function vectorRow({ name, title, protocol, told, senders, learnt, matchedBy }) {
  return [code(name), title, protocolText(protocol), told, senders, matchedBy === undefined ? '' : code(matchedBy), learnt ? 'yes' : '']
}

function thousands(value) {
  return value.toLocaleString('en').replaceAll(',', ' ')
}

function sensitivityRow([name, { leastPackets, leastBits, factor }]) {
  return [code(name), thousands(leastPackets), `${leastBits / 1e6} M`, `${factor}×`]
}

/** docs/attack-vectors.md from the tables of contract/attack-vectors.ts. */
export function attackVectorsPage(vectors, sensitivities) {
  return `# Attack vectors

This page is generated from \`src/contract/attack-vectors.ts\` by \`npm run docs\`.

A rule of type \`advanced_ddos\` ([rules](rules.md)) sorts all traffic towards its prefixes by the vectors below, second by
second, for each prefix, each /24 (/64 of IPv6) and each host at once. It works on sampled packet headers (sFlow), and on
NetFlow and IPFIX records where their fields suffice. A record that covers more than a second counts evenly with the ten
seconds before it came; of a longer one the last ten seconds count. With active timeouts above ten seconds an attack of
long flows therefore looks smaller than it is: sFlow, or an active timeout of 10 s, serves best.

## When a vector is an attack

A vector is an attack on a target when all of this holds for two seconds in a row, over the last 3 seconds or the last 10:

- Its packets/s or its bit/s are above the least rate of the sensitivity.
- With 97.5 % confidence they are above what is normal times the factor. The estimate needs at least 16 samples; of k
  samples it is off by up to 196 % ÷ √k.
- It has at least as many distinct senders as the table asks for. A transfer between a few hosts is none, however large.
- What everyday traffic to the same target explains is taken off: \`explained by\` in the table. SYNs are expected in the
  prefix's usual proportion to the packets of established connections, up to twice that; a crowd brings both, a flood one.

${table(['sensitivity', 'least packets/s', 'least bit/s', 'above normal'], Object.entries(sensitivities).map(sensitivityRow))}

**Normal** is learnt for each prefix and vector: what the busiest host, the busiest /24 and the whole prefix get. It takes a
rise in within ten minutes and gives it up within four hours; a crowd that gathers within minutes is followed up to ten
times what was normal. It is frozen during an attack; an attack that lasts for six hours is taken for the new normal. A
new rule learns for 5 minutes: until then vectors with \`learnt\` are not judged, all others are. What was learnt survives
a restart.

**Target** is the narrowest that explains the attack: hosts; a /24 or /64 when its attacked hosts have less than half of it;
the prefix when these have less than half of that (carpet bombing). Hosts with more than an eighth of a network's traffic
are judged by themselves only.

**The end** comes when the rate falls below half of what it takes, and stays there: see [rules](rules.md).

## What it cannot tell

- An attack by fewer senders than the table asks for, and TCP floods of large packets: a \`threshold\` rule finds these.
- An attack that stays below the factor. One that grows over many minutes is learnt, up to ten times within the hour.
- At 1 in N sampling, 16 samples within ten seconds are 1.6 × N packets/s: less than that is not seen.
- A router that exports no TCP flags: its TCP counts as \`ack_flood\`.

The number of hosts that are counted at once is bounded: of each thread and second 16 384 hosts and 4096 networks by
vector. The heaviest stay: one with more than an eighth of what falls into its set of eight counters, on average 1/16 384 of
all traffic to watched prefixes, always has a counter, and no counter shows more than there was.

## Vectors

\`protocol\` is that of IP; the first row that fits a packet has it.

${table(['name', 'title', 'protocol', 'told by', 'senders', 'explained by', 'learnt'], vectors.map(vectorRow))}
`
}

const routerProtocols = { netflow5: 'NetFlow v5', netflow9: 'NetFlow v9', ipfix: 'IPFIX', sflow5: 'sFlow v5' }

function protocolList(protocols) {
  return protocols.map((protocol) => routerProtocols[protocol]).join(', ')
}

function linesTable(lines) {
  return table(
    ['line', 'what it does'],
    lines.map(({ text, why }) => [code(text), why]),
  )
}

const placeNames = { commands: 'typed in', file: 'the file', clicks: 'clicked in' }

/** A file as a whole, then its lines that need a reason; commands and clicks line by line. */
function configPart({ title, kind, where, lines }, index) {
  const heading = `**${index + 1}. ${title}**, ${placeNames[kind]} ${kind === 'file' ? code(where) : where}:`
  if (kind !== 'file') return `${heading}\n\n${linesTable(lines)}`
  const file = `\`\`\`text\n${lines.map(({ text }) => `${text}\n`).join('')}\`\`\``
  return `${heading}\n\n${file}\n\n${linesTable(lines.filter(({ why }) => why !== ''))}`
}

/** A variant with the protocol that its guide puts first, for the addresses that are reserved for documentation. */
function guideVariant(guide, variant, makeConfig) {
  const asked = { guide: guide.id, variant: variant.id, collector: '192.0.2.10', router: '192.0.2.1' }
  const config = makeConfig(asked)
  const flags = guide.variants.length === 1 ? '' : ` --variant ${variant.id}`
  const rate = config.sampling > 1 ? `1 packet in ${config.sampling}` : 'every packet'
  return [
    ...(guide.variants.length === 1 ? [] : [`### ${variant.title}`]),
    `${routerProtocols[config.protocol]}, ${rate}:`,
    `\`\`\`sh\n./bin/drawbridge router-config ${guide.id} --collector 192.0.2.10 --router 192.0.2.1${flags}\n\`\`\``,
    ...config.parts.map(configPart),
    `To look whether it works:\n\n${linesTable(config.verify)}`,
    config.notes.map((note) => `- ${note}`).join('\n'),
  ].join('\n\n')
}

function guideSection(guide, makeConfig) {
  const { title, names, variants, sources } = guide
  const rows = variants.map((variant) => [
    code(variant.id),
    variant.title,
    protocolList(variant.protocols),
    variant.samples.length === 0 ? 'every packet' : protocolList(variant.samples),
  ])
  return [
    `## ${title}`,
    `For ${names.join(', ')}.`,
    table(['variant', 'system', 'protocols', 'samples'], rows),
    ...variants.map((variant) => guideVariant(guide, variant, makeConfig)),
    `Learnt from: ${sources.map((source) => source.replaceAll(/https?:\/\/[^\s,]+/g, '<$&>')).join('; ')}.`,
  ].join('\n\n')
}

/** As GitHub makes the anchor of a heading. */
function anchor(title) {
  return title
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
}

const linkSpeeds = [
  [100, 'up to 100 Mbit/s'],
  [1000, 'up to 1 Gbit/s'],
  [10_000, 'up to 10 Gbit/s'],
  [40_000, 'up to 40 Gbit/s'],
  [100_000, 'faster'],
]

function adviceTable(makeConfig) {
  const rate = (guide, mbps) => {
    const { sampling } = makeConfig({ guide, collector: '192.0.2.10', link_mbps: mbps })
    return sampling === 1 ? 'every packet' : `1 packet in ${sampling}`
  }
  const rows = linkSpeeds.map(([mbps, link]) => [link, rate('juniper-mx', mbps), rate('softflowd', mbps)])
  return table(['links', 'a chip that samples', 'a program on a processor'], rows)
}

/** docs/routers.md from the guides of src/setup/config. */
export function routersPage(guides, makeConfig) {
  const rows = guides.map(({ id, title, variants }) => [
    code(id),
    `[${title}](#${anchor(title)})`,
    protocolList([...new Set(variants.flatMap(({ protocols }) => protocols))]),
  ])
  return `# Routers and exporters

This page is generated from \`src/setup/config/guides\` by \`npm run docs\`.

The page **Set up a router** and the command \`drawbridge router-config\` print these commands with your own addresses,
interfaces and rates; below they stand with addresses of documentation: Drawbridge on 192.0.2.10, the router 192.0.2.1, a
link of 1 Gbit/s, and of each system the protocol that its guide puts first.

\`\`\`sh
./bin/drawbridge router-config                                                  # the list
./bin/drawbridge router-config cisco-ios --collector 192.0.2.10 --interface GigabitEthernet0/0/0 --link 10G
./bin/drawbridge router-config mikrotik --collector 192.0.2.10 --plain          # only the lines to paste
./bin/drawbridge router-config mikrotik --collector 192.0.2.10 --undo           # what takes it back
./bin/drawbridge router-config check /run/pmacct/uacctd.conf                    # what is wrong with a configuration of pmacct
./bin/drawbridge router-check 192.0.2.1 --guide mikrotik                        # live, while you paste
\`\`\`

Commands depend on the release. What of them is known to do so stands below them; the guides of exporters that run here
are run by the tests, those of hardware were learnt from the pages that each names.

## Sampling and timeouts

${adviceTable(makeConfig)}

Beyond 1 packet in 5000 small attacks are missed. A flow that goes on is told of every 60 seconds, and one that is
silent for 30 seconds is over, unless a system cannot do that.

## Guides

${table(['guide', 'system', 'protocols'], rows)}

${guides.map((guide) => guideSection(guide, makeConfig)).join('\n\n')}
`
}
