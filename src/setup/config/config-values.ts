// Checks a request for commands, strictly: its values end in lines that people paste into a root shell.
import { formatIpAddress, parseIpAddress } from '../../base/ip-prefix.ts'
import type { ConfigProtocol, RouterConfigRequest } from '../../contract/router-config.ts'
import type { CollectorKind, GuideVariant, RouterGuide } from './guide.ts'
import { RouterConfigError } from './router-config-error.ts'

/** A request whose values are sound, with its defaults but the sampling rate's. */
export interface ConfigValues {
  readonly variant: GuideVariant
  readonly protocol: ConfigProtocol
  /** Canonical text of an address, or a host name. */
  readonly collector: string
  readonly kind: CollectorKind
  readonly port: number
  readonly router: string | null
  readonly interfaces: readonly string[]
  readonly sampling: number | null
  readonly linkMbps: number
}

/** NetFlow and IPFIX, and sFlow, as contract §1.7 has them. */
const flowPort = 2055
const sflowPort = 6343
const mostInterfaces = 64
/** What fits the 24 bits that the narrowest exporters have for it. */
const mostSampling = 16_777_215
/** Up to 1 Tbit/s. */
const mostMbps = 1_000_000
const defaultMbps = 1000

// Letters and digits with single marks between them: GigabitEthernet0/0/0, xe-0/0/0.0, eth0.100, 1/1/c1/1, lag-1:100.
const interfacePattern = /^[A-Za-z0-9]+(?:[._:/-][A-Za-z0-9]+)*$/
const longestInterface = 64
// RFC 1123 §2.1.
const namePattern = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/
const longestName = 253
const longestLabel = 63

const kindNames: Readonly<Record<CollectorKind, string>> = { ipv4: 'an IPv4 address', ipv6: 'an IPv6 address', name: 'a host name' }

/** @throws RouterConfigError for the first value that cannot be used */
export function configValues(request: RouterConfigRequest, guide: RouterGuide): ConfigValues {
  const variant = chosenVariant(request, guide)
  const protocol = chosenProtocol(request, variant)
  const { collector, kind } = chosenCollector(request.collector, variant)
  return {
    variant,
    protocol,
    collector,
    kind,
    port: whole('port', request.port, 65_535) ?? (protocol === 'sflow5' ? sflowPort : flowPort),
    router: request.router === undefined ? null : routerAddress(request.router, kind),
    interfaces: chosenInterfaces(request.interfaces ?? [], variant),
    sampling: chosenSampling(request, protocol, variant),
    linkMbps: whole('link_mbps', request.link_mbps, mostMbps) ?? defaultMbps,
  }
}

function chosenVariant({ variant: wanted }: RouterConfigRequest, guide: RouterGuide): GuideVariant {
  const ids = guide.variants.map(({ id }) => id)
  const variant = wanted === undefined ? guide.variants[0] : guide.variants.find(({ id }) => id === wanted)
  if (variant === undefined) throw new RouterConfigError('variant', `${guide.title} has the variants ${ids.join(', ')}`)
  return variant
}

function chosenProtocol({ protocol: wanted }: RouterConfigRequest, { protocols, title }: GuideVariant): ConfigProtocol {
  const protocol = protocols.find((name) => wanted === undefined || name === wanted)
  if (protocol === undefined) throw new RouterConfigError('protocol', `${title} exports ${protocols.join(', ')}`)
  return protocol
}

function chosenCollector(text: string, { collectors, title }: GuideVariant): Pick<ConfigValues, 'collector' | 'kind'> {
  const address = parseIpAddress(text)
  if (address === undefined && !isHostName(text)) {
    throw new RouterConfigError('collector', 'an IPv4 address, an IPv6 address or a host name is needed, as 192.0.2.10')
  }
  if (address !== undefined) refuseNobody('collector', address)
  const kind = address === undefined ? 'name' : address.length === 4 ? 'ipv4' : 'ipv6'
  if (collectors?.includes(kind) === false) {
    throw new RouterConfigError(
      'collector',
      `${title} sends to ${collectors.map((each) => kindNames[each]).join(' or ')}, not to ${kindNames[kind]}`,
    )
  }
  return { collector: address === undefined ? text : formatIpAddress(address), kind }
}

/** A last label of digits only is an address that somebody mistyped. */
function isHostName(text: string): boolean {
  if (text.length > longestName || !namePattern.test(text)) return false
  const labels = text.split('.')
  return labels.every((label) => label.length <= longestLabel) && !/^\d+$/.test(labels.at(-1) ?? '')
}

function routerAddress(text: string, collector: CollectorKind): string {
  const address = parseIpAddress(text)
  if (address === undefined) throw new RouterConfigError('router', 'the address that the router sends from is needed, as 192.0.2.1')
  refuseNobody('router', address)
  // A host name counts as IPv4, as in the conditions of guides.
  const wanted = collector === 'ipv6' ? 'ipv6' : 'ipv4'
  if (wanted !== (address.length === 4 ? 'ipv4' : 'ipv6')) {
    throw new RouterConfigError('router', `${kindNames[wanted]} is needed, for the collector is ${kindNames[collector]}`)
  }
  return formatIpAddress(address)
}

/** 0.0.0.0 and :: are nobody, 224.0.0.0/4, 240.0.0.0/4 and ff00::/8 are no single machine. */
function refuseNobody(field: 'collector' | 'router', address: Uint8Array): void {
  const [first = 0] = address
  const isGroup = address.length === 4 ? first >= 224 : first === 255
  if (isGroup || address.every((byte) => byte === 0)) {
    throw new RouterConfigError(field, `${formatIpAddress(address)} is not the address of one machine`)
  }
}

function chosenInterfaces(names: readonly string[], variant: GuideVariant): readonly string[] {
  if (names.length > mostInterfaces) throw new RouterConfigError('interfaces', `at most ${mostInterfaces} interfaces can be named`)
  for (const name of names) {
    if (name.length <= longestInterface && interfacePattern.test(name)) continue
    const example = variant.interfaces[0] ?? 'eth0'
    throw new RouterConfigError(
      'interfaces',
      `${JSON.stringify(name.slice(0, longestInterface))} is not the name of an interface: letters, digits and . _ : / - between them, as ${example}`,
    )
  }
  return names.length === 0 ? variant.interfaces : [...new Set(names)]
}

function chosenSampling(request: RouterConfigRequest, protocol: ConfigProtocol, { samples, rates, title }: GuideVariant): number | null {
  const sampling = whole('sampling', request.sampling, mostSampling)
  if (sampling === undefined) return null
  if (rates !== undefined && (sampling < rates.least || sampling > rates.most)) {
    throw new RouterConfigError('sampling', `${title} looks at 1 packet in ${rates.least} to 1 in ${rates.most}`)
  }
  if (sampling > 1 && !samples.includes(protocol)) {
    throw new RouterConfigError('sampling', `${title} looks at every packet when it exports ${protocol}: leave sampling out, or at 1`)
  }
  return sampling
}

function whole(field: 'port' | 'sampling' | 'link_mbps', value: number | undefined, most: number): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= most)) return value
  throw new RouterConfigError(field, `a whole number from 1 to ${most} is needed`)
}
