// The configuration file: every option with its default, its unit and what it does. docs/configuration.md is generated
// from the descriptions here.
import { z } from 'zod'

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
  retention: z
    .strictObject({
      raw_days: days(7, 'Every flow is kept'),
      minute_days: days(90, 'One-minute sums are kept'),
      hour_days: days(730, 'One-hour sums are kept'),
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

const log = z.strictObject({
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
  alerts: alerts.prefault({}),
  log: log.prefault({}),
})

export type Config = z.infer<typeof configSchema>
