// Information elements that need more than a copy into their column (IANA registry "ipfix-entities"; NetFlow v9 uses the
// same numbers below 128, RFC 3954 §8). Elements that are only copied stand in contract/flow-columns.ts.
import { linkType } from './packet-tables.ts'

/** Elements of sampling: how many packets the exporter looked at for each that it counted. */
export const samplingElement = {
  samplingInterval: 34,
  samplerId: 48,
  samplerRandomInterval: 50,
  selectorId: 302,
  samplingPacketInterval: 305,
  samplingPacketSpace: 306,
  samplingSize: 309,
  samplingPopulation: 310,
  samplingProbability: 311,
} as const

/** Elements with several meanings for one column. */
export const element = {
  ingressInterface: 10,
  egressInterface: 14,
  icmpTypeCodeIPv4: 32,
  icmpTypeCodeIPv6: 139,
  flowDirection: 61,
  mplsTopLabelStackSection: 70,
  lineCardId: 141,
  templateId: 145,
  systemInitTimeMilliseconds: 160,
  firewallEvent: 233,
  /** What Cisco's firewalls sent before 233 was registered. */
  oldFirewallEvent: 40_005,
} as const

/** How the value of a time element becomes milliseconds since 1970. */
export type TimeForm = 'uptime' | 'seconds' | 'milliseconds' | 'ntp' | 'microseconds-ago'

/**
 * Time elements of flow start and end, and of the observation of one packet or event, which is both (RFC 7011 §6.1.7 to
 * 6.1.10: micro- and nanoseconds are NTP timestamps).
 */
export const timeForms: ReadonlyMap<number, TimeForm> = new Map([
  [21, 'uptime'],
  [22, 'uptime'],
  [150, 'seconds'],
  [151, 'seconds'],
  [152, 'milliseconds'],
  [153, 'milliseconds'],
  [154, 'ntp'],
  [155, 'ntp'],
  [156, 'ntp'],
  [157, 'ntp'],
  [158, 'microseconds-ago'],
  [159, 'microseconds-ago'],
  [322, 'seconds'],
  [323, 'milliseconds'],
  [324, 'ntp'],
  [325, 'ntp'],
])

/** Length in a template that announces a length in each record (RFC 7011 §7). */
export const variableLength = 0xffff

/** Elements that make a record one of IPv4 or of IPv6. */
export const ipv4Addresses: readonly number[] = [8, 12]
export const ipv6Addresses: readonly number[] = [27, 28]

/** Enterprise number under which an IANA element means the other direction of a biflow (RFC 5103 §6.1). */
export const reverseEnterprise = 29_305

/**
 * Elements that carry the first bytes of a packet, and how a packet starts there. ipPayloadPacketSection (314) is not
 * among them: it starts behind the header that would say what it is.
 */
export const packetSections: ReadonlyMap<number, number> = new Map([
  [315, linkType.ethernet], // dataLinkFrameSection
  [104, linkType.ethernet], // layer2packetSectionData, its forerunner
  [313, linkType.raw], // ipHeaderPacketSection
])

/** What accompanies a packet section (RFC 7133 §4): each list in order of preference. */
export const sectionElement = {
  /** Bytes of the whole frame or packet: dataLinkFrameSize, totalLengthIP. */
  wholeSizes: [312, 224],
  /** Bytes that the section holds where its field is longer: sectionExportedOctets, layer2packetSectionSize. */
  heldSizes: [410, 103],
  /** Where in the packet the section begins: sectionOffset, layer2packetSectionOffset. */
  offsets: [409, 102],
  /** dataLinkFrameType: 1 Ethernet, 2 IEEE 802.11. */
  frameTypes: [408],
} as const
