// The fields of an account's configuration: their rules (contract §1.1) and how the state keeps them.
import { z } from 'zod'
import type { StateTables } from '../../store/state-tables.ts'
import { canonicalAddress } from '../router/address.ts'
import { parseInput } from '../validation.ts'

export interface WarpDevice {
  readonly id: string
  readonly name: string
  readonly router_ip: string
}

/** As clients see it. The lists are null when the client never supplied them, so that Terraform sees no difference. */
export interface MnmConfig {
  readonly default_sampling: number
  readonly name: string
  readonly router_ips: readonly string[] | null
  readonly warp_devices: readonly WarpDevice[] | null
}

export type MnmConfigRow = Omit<StateTables['mnm_config'], 'account' | 'created_at' | 'modified_at'>

/** Routers of an account: each takes memory in every collector thread. */
export const maxRouters = 10_000
/** sampling_rate is a 32-bit column. */
const maxSampling = 0xffff_ffff

const text = (max: number) =>
  z.string({ error: 'must be text' }).min(1, 'must not be empty').max(max, `must not be longer than ${max} characters`)

const samplingMessage = `must be a whole number from 1 to ${maxSampling}`
export const samplingFactor = z
  .number({ error: samplingMessage })
  .int(samplingMessage)
  .min(1, samplingMessage)
  .max(maxSampling, samplingMessage)

const routerIp = z
  .string({ error: 'must be text' })
  .refine((value) => canonicalAddress(value) !== undefined, 'must be an IPv4 or IPv6 address, with /32 or /128 at the most')

const warpDevice = z.object(
  {
    // A UUID, with its dashes or without.
    id: z.string({ error: 'must be text' }).regex(/^[0-9a-f]{8}(-?)(?:[0-9a-f]{4}\1){3}[0-9a-f]{12}$/i, 'must be a UUID'),
    name: text(256),
    router_ip: routerIp,
  },
  { error: 'must be an object with id, name and router_ip' },
)

const list = <T extends z.ZodType>(item: T) =>
  z.array(item, { error: 'must be a list' }).max(maxRouters, `must not have more than ${maxRouters} entries`).nullable()

const fields = { default_sampling: samplingFactor, name: text(256), router_ips: list(routerIp), warp_devices: list(warpDevice) }
const notAnObject = { error: 'must be a JSON object' }
const whole = z.object(
  { ...fields, router_ips: fields.router_ips.default(null), warp_devices: fields.warp_devices.default(null) },
  notAnObject,
)
const part = z.object(fields, notAnObject).partial()

/** A whole configuration, for POST and PUT. @throws ApiError mnm_config_invalid */
export function parseMnmConfig(body: unknown): MnmConfig {
  return parseInput(whole, body, 'mnm_config_invalid')
}

/** Some fields of a configuration, for PATCH. @throws ApiError mnm_config_invalid */
export function parseMnmConfigChange(body: unknown): Partial<MnmConfig> {
  // partial() makes keys optional, it never puts undefined in: JSON has none.
  return parseInput(part, body, 'mnm_config_invalid') as Partial<MnmConfig>
}

export function toRow(config: MnmConfig): MnmConfigRow {
  const json = (value: readonly unknown[] | null) => value && JSON.stringify(value)
  return { ...config, router_ips: json(config.router_ips), warp_devices: json(config.warp_devices) }
}

export function fromRow(row: MnmConfigRow): MnmConfig {
  const value = (json: string | null): unknown => (json === null ? null : JSON.parse(json))
  return {
    default_sampling: row.default_sampling,
    name: row.name,
    // The columns hold what toRow wrote from a checked configuration.
    router_ips: value(row.router_ips) as MnmConfig['router_ips'],
    warp_devices: value(row.warp_devices) as MnmConfig['warp_devices'],
  }
}
