// The configuration file of an agent, /etc/drawbridge/agent.yaml: every option with its default and what it does.
import { z } from 'zod'
import { interfaceName } from './agent-protocol.ts'
import { captureEngines, captureHooks } from './capture.ts'
import { log } from './config.ts'

export const defaultAgentConfigFile = '/etc/drawbridge/agent.yaml'

const file = z.string().min(1).max(4096)
/** NFLOG group numbers have 16 bits; 0 is what rules without a number use. */
const group = z.number().int().min(1).max(65_535)

const alwaysOn = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether samples are taken all the time when the server asks for it'),
  engine: z.enum(captureEngines).default('nflog').describe('What takes them'),
  hook: z.enum(captureHooks).default('prerouting').describe('Where nftables takes them'),
  interface: interfaceName.nullable().default(null).describe('Only packets of this interface; needed by the engine interface'),
})

const firewall = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether the server may have rules here that count, slow down and drop packets'),
  protect: z
    .array(z.union([z.cidrv4(), z.cidrv6()]))
    .max(256)
    .default([])
    .describe('Prefixes from and to which no rule drops anything, beside those that the server protects'),
})

export const agentConfigSchema = z.strictObject({
  server: z
    .url({ protocol: /^(https?|wss?)$/, error: 'has to be an address like https://drawbridge.example.net' })
    .describe('Address of the server’s page'),
  token: z.string().min(20, 'is no token; drawbridge agent enroll gets one').max(256).describe('From the enrolment; keep it secret'),
  ca: file
    .nullable()
    .default(null)
    .describe('PEM file of the authorities that may have signed the server’s certificate; null for the system’s'),
  client_certificate: file.nullable().default(null).describe('PEM file of the certificate that a proxy before the server asks for'),
  client_key: file.nullable().default(null).describe('PEM file of its key'),
  allow_plaintext: z
    .boolean()
    .default(false)
    .describe('Whether the connection may go without TLS to another host; packets and credentials of buckets can then be read on the way'),
  max_jobs: z.number().int().min(1).max(32).default(8).describe('Captures at a time'),
  nflog_groups: z
    .strictObject({ first: group.default(20_000), last: group.default(20_999) })
    .refine(({ first, last }) => first <= last, 'first has to be below last')
    .prefault({})
    .describe('NFLOG groups that captures take; those that others use are left out'),
  allow_folders: z
    .array(z.string().regex(/^\//, 'has to begin with a slash').max(4096))
    .max(32)
    .default([])
    .describe('Folders for captures to file:// destinations; none are allowed unless listed'),
  always_on: alwaysOn.prefault({}),
  firewall: firewall.prefault({}),
  log: log.prefault({}),
})

export type AgentConfig = z.infer<typeof agentConfigSchema>
export type AgentConfigInput = z.input<typeof agentConfigSchema>
