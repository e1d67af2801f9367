// The configuration file: every option with its default, its unit and what it does. docs/configuration.md is generated
// from the descriptions here.
import { z } from 'zod'
import { coloPattern } from './agent.ts'

const days = (value: number, what: string) => z.number().int().min(1).max(36500).default(value).describe(`${what}, in days`)

const http = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('Address that the web page and the API listen on'),
  port: z.number().int().min(0).max(65535).default(8080).describe('TCP port of the web page and the API'),
  public_url: z.url().optional().describe('Address that people reach it by, where a proxy stands in front; used in sign-in links'),
})

const collect = z.strictObject({
  listen: z
    .array(z.string().min(1))
    .min(1)
    .max(16)
    .default(['[::]:2055', '[::]:6343'])
    .describe('UDP addresses for flow datagrams. Each recognises NetFlow v5, v9, IPFIX and sFlow v5'),
  workers: z
    .number()
    .int()
    .min(0)
    .max(32)
    .default(0)
    .describe('Receiving threads; 0 chooses one less than the machine has cores, 4 at the most'),
  receive_buffer_mib: z
    .number()
    .int()
    .min(1)
    .max(4096)
    .default(64)
    .describe('Socket receive buffer to ask the kernel for, in MiB a socket'),
  seal_rows: z.number().int().min(1000).max(4_000_000).default(1_000_000).describe('A segment is sealed when it has this many flows'),
  seal_seconds: z.number().min(0.2).max(60).default(3).describe('A segment is sealed at the latest after this time, in seconds'),
  template_lifetime_minutes: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(1440)
    .describe('A template that its exporter has not repeated for this time is forgotten, in minutes'),
  pending_mib: z
    .number()
    .int()
    .min(0)
    .max(1024)
    .default(16)
    .describe('Memory for data sets whose template has not arrived yet, in MiB a thread'),
  pending_seconds: z
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(1800)
    .describe('How long such a data set waits for its template, in seconds'),
})

const store = z.strictObject({
  kind: z
    .enum(['embedded', 'clickhouse'])
    .default('embedded')
    .describe('embedded runs ClickHouse inside Drawbridge; clickhouse uses a server or cluster at url'),
  url: z.url().optional().describe('HTTP address of the ClickHouse server, for kind clickhouse'),
  user: z.string().default('default').describe('ClickHouse user'),
  password: z.string().default('').describe('ClickHouse password'),
  database: z
    .string()
    .regex(/^[A-Za-z_]\w{0,62}$/)
    .default('drawbridge')
    .describe('ClickHouse database'),
  http_port: z
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(0)
    .describe('Also answer ClickHouse’s HTTP protocol on this loopback port, for Grafana and other tools; 0 is off'),
  memory_mib: z.number().int().min(256).max(1_048_576).default(1024).describe('Memory that the embedded engine may use, in MiB'),
  spool_mib: z
    .number()
    .int()
    .min(64)
    .max(10_485_760)
    .default(20_480)
    .describe('Disk for sealed segments that the store has not taken yet, in MiB; beyond it new flows are dropped and counted'),
  top: z
    .strictObject({
      keep: z
        .number()
        .int()
        .min(10)
        .max(10_000)
        .default(250)
        .describe('Addresses and ports that are kept of each hour: so many by bytes and by packets, for each direction'),
    })
    .prefault({}),
  retention: z
    .strictObject({
      raw_days: days(7, 'Every flow is kept'),
      minute_days: days(90, 'One-minute sums are kept'),
      hour_days: days(730, 'One-hour sums are kept'),
      top_days: days(730, 'Hourly sums of the first addresses and ports are kept, as long as one-hour sums at the most'),
    })
    .prefault({}),
})

const enrich = z.strictObject({
  country: z
    .string()
    .default('bundled')
    .describe('MaxMind database (.mmdb) with countries; bundled for the one in the package, off for none'),
  asn: z
    .string()
    .default('bundled')
    .describe('MaxMind database (.mmdb) or range list (.csv) with AS numbers; bundled for the one in the package, off for none'),
  own_networks: z
    .array(z.string())
    .max(10_000)
    .default([])
    .describe('Own prefixes, from which direction is told. Empty: private addresses count as own'),
  reload_seconds: z
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(60)
    .describe('How often the database files are looked at for a newer version, in seconds'),
})

const rules = z.strictObject({
  max: z.number().int().min(1).max(10_000).default(1000).describe('Rules that can be made'),
  max_prefixes: z.number().int().min(1).max(100_000).default(10_000).describe('Prefixes that all rules together can have'),
  lenient_names: z.boolean().default(false).describe('Names of rules may have spaces and other characters beyond A–Z a–z 0–9 _ . ~ -'),
})

const incidents = z.strictObject({
  retention_days: days(400, 'Incidents that are over are kept'),
})

const audit = z.strictObject({
  retention_days: days(730, 'The audit log is kept'),
})

const alerts = z.strictObject({
  allow_private_targets: z
    .array(z.string().min(1))
    .max(1000)
    .default([])
    .describe('Prefixes that webhooks may reach although they are not public; without them only public addresses are spoken to'),
  ports: z.array(z.string()).min(1).max(100).default(['80', '443']).describe('TCP ports that webhooks may use'),
  history_days: days(90, 'The history of notifications is kept'),
  pagerduty_url: z.url().default('https://events.pagerduty.com/v2/enqueue').describe('Where events for PagerDuty are sent'),
  syslog: z
    .string()
    .default('')
    .describe('Syslog server for policies with the mechanism syslog: udp://host:514 or tcp://host:601; empty for none'),
  smtp: z
    .strictObject({
      host: z.string().default('').describe('Mail server that takes the notifications; empty for no mail'),
      port: z.number().int().min(1).max(65535).default(587).describe('TCP port of the mail server'),
      tls: z
        .enum(['starttls', 'implicit', 'off'])
        .default('starttls')
        .describe(
          'starttls refuses servers without it; implicit is TLS from the first byte, usually on port 465; off is for a local server',
        ),
      user: z.string().default('').describe('Name to sign in with; empty for no sign-in'),
      password: z.string().default('').describe('Password to sign in with'),
      from: z.string().min(3).default('drawbridge@localhost').describe('Sender of the mails'),
    })
    .prefault({}),
})

const seconds = (least: number, most: number, value: number, what: string) =>
  z.number().int().min(least).max(most).default(value).describe(`${what}, in seconds`)
const asNumber = z.number().int().min(1).max(4_294_967_294)
/** `65000:1` or `65000:1:2`; what the numbers may be is checked where the configuration is read. */
const community = z
  .string()
  .regex(/^\d{1,10}:\d{1,10}(:\d{1,10})?$/)
  .meta({ examples: ['65000:1', '65000:1:2'] })

/** What a neighbour is sent with routes of one purpose. */
const bgpAttributes = {
  next_hop_ipv4: z.string().default('').describe('Next hop of IPv4 routes; empty for the address that the session comes from'),
  next_hop_ipv6: z.string().default('').describe('Next hop of IPv6 routes; empty for the address that the session comes from'),
  communities: z.array(community).max(64).default([]).describe('Communities, 65000:1, or large ones, 65000:1:2'),
  med: z.number().int().min(0).max(4_294_967_295).optional().describe('MULTI_EXIT_DISC; left out, none is sent'),
  local_pref: z.number().int().min(0).max(4_294_967_295).default(100).describe('LOCAL_PREF for neighbours of our own AS'),
}

const bgpNeighbor = z.strictObject({
  name: z.string().min(1).max(64).describe('Name of the neighbour on pages and in messages'),
  address: z.string().min(1).describe('IPv4 or IPv6 address of the neighbour; Drawbridge connects to it'),
  port: z.number().int().min(1).max(65535).default(179).describe('TCP port of the neighbour'),
  as: asNumber.describe('AS number of the neighbour'),
  source_address: z.string().default('').describe('Address that the session comes from; empty for the one that the system chooses'),
  password: z.string().max(80).default('').describe('TCP MD5 password (RFC 2385), Linux only; empty for none'),
  ttl_security: z
    .number()
    .int()
    .min(0)
    .max(254)
    .default(0)
    .describe(
      'Hops that the neighbour is away at most (GTSM, RFC 5082), 1 for a direct link; packets from farther away are dropped. 0 is off',
    ),
  families: z
    .array(z.enum(['ipv4', 'ipv6', 'ipv4-flowspec', 'ipv6-flowspec']))
    .min(1)
    .default(['ipv4', 'ipv6'])
    .describe('What is offered to the neighbour'),
  hold_seconds: seconds(3, 65_535, 90, 'Hold time; the smaller one of both sides counts'),
  connect_seconds: seconds(1, 3600, 10, 'Pause between attempts to connect, doubled after each failure up to a minute'),
  purposes: z
    .array(z.enum(['divert', 'blackhole', 'flowspec']))
    .min(1)
    .default(['divert', 'blackhole', 'flowspec'])
    .describe('What the neighbour is sent'),
  divert: z
    .strictObject({ ...bgpAttributes, prepend: z.number().int().min(0).max(16).default(0).describe('How often the own AS is prepended') })
    .prefault({}),
  blackhole: z
    .strictObject({
      ...bgpAttributes,
      communities: z
        .array(community)
        .max(64)
        .default(['65535:666', '65535:65281'])
        .describe('Communities; by default BLACKHOLE (RFC 7999) and NO_EXPORT'),
    })
    .prefault({}),
})

const advertise = z.strictObject({
  max_announcements: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(50)
    .describe('Prefixes that can be announced at a time, FlowSpec rules apart'),
  max_flowspec_rules: z.number().int().min(0).max(10_000).default(20).describe('FlowSpec rules that can be announced at a time'),
  max_lifetime_hours: z
    .number()
    .min(0.01)
    .max(8760)
    .default(24)
    .describe('Longest time that anything is announced without being asked for again, in hours'),
  max_changes_per_hour: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe('How often rules may announce the same prefix within an hour; then only people can'),
  probe_seconds: seconds(
    5,
    3600,
    60,
    'How long traffic is watched after a probing withdrawal: the first second beyond the limit announces again',
  ),
  max_hold_seconds: seconds(60, 604_800, 14_400, 'Longest hold time that repeated attacks lead to; each doubles it'),
  bgp: z
    .strictObject({
      as: asNumber.optional().describe('Own AS number; needed for neighbours'),
      router_id: z.string().default('').describe('BGP identifier, an IPv4 address; needed for neighbours'),
      restart_seconds: seconds(1, 4095, 120, 'How long neighbours are asked to keep routes while Drawbridge restarts (RFC 4724)'),
      neighbors: z.array(bgpNeighbor).max(100).default([]).describe('BGP neighbours that are announced to. Nothing is accepted from them'),
    })
    .prefault({}),
  cloudflare: z
    .strictObject({
      account_id: z.string().default('').describe('Cloudflare account whose prefixes are advertised; empty for none'),
      api_token: z.string().default('').describe('API token with "IP Prefixes: BGP On Demand Write"'),
      base_url: z.url().default('https://api.cloudflare.com/client/v4').describe('Address of the API'),
      poll_seconds: seconds(1, 3600, 15, 'How often the state of a prefix is read until it is what was asked for'),
      cooldown_seconds: seconds(1, 86_400, 900, 'Pause before a change that Cloudflare refused for now is tried again'),
    })
    .prefault({}),
  webhook: z
    .strictObject({
      url: z.string().default('').describe('Address that is told to announce and withdraw; empty for none'),
      secret: z.string().default('').describe('Key of the signature (HMAC-SHA256) over each body'),
      timeout_seconds: seconds(1, 300, 15, 'How long an answer is waited for'),
      confirm_seconds: seconds(1, 86_400, 300, 'How long a confirmation is waited for after the answer 202'),
    })
    .prefault({}),
})

/** @param where whose destinations they are for */
const storageKeys = (where: string) => ({
  access_key_id: z.string().default('').describe(`Id of the access key for ${where}`),
  secret_access_key: z.string().default('').describe(`Secret of the access key for ${where}`),
})

const captures = z.strictObject({
  max_running: z.number().int().min(1).max(1000).default(8).describe('Captures that an account can have running at a time'),
  max_running_full: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe('Full captures that an account can have running at a time by requests in the form of the original API'),
  simple_interval_seconds: z
    .number()
    .int()
    .min(0)
    .max(3600)
    .default(60)
    .describe('Least time between two simple captures that are asked for in the form of the original API, in seconds'),
  keep_mib: z
    .number()
    .int()
    .min(16)
    .max(1_048_576)
    .default(4096)
    .describe('Disk for the packets of captures that the server keeps, in MiB; the oldest are deleted first'),
  capture_mib: z.number().int().min(1).max(65_536).default(512).describe('Disk for the packets of one capture, in MiB'),
  samples_mib: z
    .number()
    .int()
    .min(0)
    .max(1_048_576)
    .default(2048)
    .describe('Disk for sampled packet headers, from which captures of the past are answered, in MiB; 0 keeps none'),
  samples_hours: z.number().int().min(1).max(720).default(24).describe('How long sampled packet headers are kept, in hours'),
  samples_per_second: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(5000)
    .describe('Sampled packet headers that are kept a second at most; beyond it the rest is dropped and counted'),
  allow_file_destinations: z
    .boolean()
    .default(false)
    .describe(
      'Whether full captures may go to file:// folders on the agents’ hosts, where the agent’s own configuration allows the folder too',
    ),
  challenge_by_filename: z
    .boolean()
    .default(false)
    .describe(
      'Whether the name of the ownership file proves a bucket as its contents do. Some clients send it; whoever asks for a bucket knows it',
    ),
  s3: z
    .strictObject({
      ...storageKeys('s3:// destinations that bring none'),
      region: z.string().max(64).default('us-east-1').describe('Region of buckets that name none'),
      endpoint: z.string().default('').describe('Address of an S3-compatible server for buckets that name none; empty for AWS'),
    })
    .prefault({}),
  gcs: z.strictObject(storageKeys('gs:// destinations that bring none (an HMAC key)')).prefault({}),
  local_agent: z
    .strictObject({
      enabled: z.boolean().default(false).describe('Run an agent for the server’s own host; needs root, or CAP_NET_ADMIN and CAP_NET_RAW'),
      colo: z.string().regex(coloPattern).default('local01').describe('Where it is'),
    })
    .prefault({}),
})

const signatures = z.strictObject({
  keep_mib: z
    .number()
    .int()
    .min(16)
    .max(1_048_576)
    .default(2048)
    .describe('Disk for uploaded captures and for what signatures are measured on, in MiB; the oldest go first'),
  upload_mib: z.number().int().min(1).max(65_536).default(1024).describe('Largest capture file that can be uploaded, in MiB'),
  memory_mib: z.number().int().min(128).max(65_536).default(1024).describe('Memory that deriving a signature may take, in MiB'),
})

const firewall = z.strictObject({
  max_rules: z.number().int().min(1).max(200).default(50).describe('Rules that an account can have on its agents at a time'),
  max_lifetime_hours: z
    .number()
    .min(0.01)
    .max(8760)
    .default(24)
    .describe('Longest time that a rule stays without being asked for again, in hours'),
  count_seconds: seconds(0, 86_400, 10, 'How long a rule has to count before it may drop, unless it is forced'),
  protected_prefixes: z
    .array(z.union([z.cidrv4(), z.cidrv6()]))
    .max(1024)
    .default([])
    .describe('Networks whose packets no rule touches, in either direction: management, monitoring, neighbours'),
  protected_ports: z
    .array(z.number().int().min(1).max(65_535))
    .max(64)
    .default([22])
    .describe('TCP ports of the agents’ hosts themselves that no rule touches'),
})

export const log = z.strictObject({
  level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info').describe('Least severe message that is written'),
  format: z.enum(['auto', 'json', 'pretty']).default('auto').describe('auto is pretty on a terminal and JSON otherwise'),
})

/** The whole configuration. Every object is strict: an unknown key is refused. */
export const configSchema = z.strictObject({
  data: z.string().min(1).default('./data').describe('Folder of everything that Drawbridge keeps'),
  demo: z.boolean().default(false).describe('Run simulated routers that send real datagrams over loopback'),
  http: http.prefault({}),
  collect: collect.prefault({}),
  store: store.prefault({}),
  enrich: enrich.prefault({}),
  rules: rules.prefault({}),
  incidents: incidents.prefault({}),
  audit: audit.prefault({}),
  alerts: alerts.prefault({}),
  advertise: advertise.prefault({}),
  captures: captures.prefault({}),
  signatures: signatures.prefault({}),
  firewall: firewall.prefault({}),
  log: log.prefault({}),
})

export type Config = z.infer<typeof configSchema>
