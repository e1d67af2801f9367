// Information elements that need more than a copy into their column (IANA registry "ipfix-entities"; NetFlow v9 uses the
// same numbers below 128, RFC 3954 §8). Elements that are only copied stand in contract/flow-columns.ts.

/** Elements of sampling: how many packets the exporter looked at for each that it counted. */
export const samplingElement = {
  samplingInterval: 34,
  samplingAlgorithm: 35,
  samplerId: 48,
  samplerMode: 49,
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
  icmpTypeCodeIPv4: 32,
  icmpTypeCodeIPv6: 139,
  flowDirection: 61,
  mplsTopLabelStackSection: 70,
  systemInitTimeMilliseconds: 160,
} as const

/** How the value of a time element becomes milliseconds since 1970. */
export type TimeForm = 'uptime' | 'seconds' | 'milliseconds' | 'ntp' | 'microseconds-ago'

/** Time elements of flow start and end (RFC 7011 §6.1.7 to 6.1.10: micro- and nanoseconds are NTP timestamps). */
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
])

/** Length in a template that announces a length in each record (RFC 7011 §7). */
export const variableLength = 0xffff

/** Elements that make a record one of IPv4 or of IPv6. */
export const ipv4Addresses: readonly number[] = [8, 12]
export const ipv6Addresses: readonly number[] = [27, 28]
