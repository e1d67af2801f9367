// Numbers of sFlow v5 (sflow_version_5.txt and the structure registry of sflow.org): what is decoded, what is only named.
import { linkType } from './packet-tables.ts'

/**
 * Data formats are 20 bits enterprise and 12 bits format. All of these are of enterprise 0, so that the whole word
 * equals the format.
 */
export const sampleFormat = { flow: 1, counters: 2, expandedFlow: 3, expandedCounters: 4, discardedPacket: 5 } as const

/** Flow records that fill columns. */
export const flowRecordFormat = {
  rawHeader: 1,
  ethernet: 2,
  ipv4: 3,
  ipv6: 4,
  extendedSwitch: 1001,
  extendedRouter: 1002,
  extendedGateway: 1003,
  extendedMpls: 1006,
  extendedNat: 1007,
  extendedVlanTunnel: 1012,
  extendedNatPort: 1020,
  /** Tunnels that the device puts on or takes off, so that the sampled header does not show them (sflow_tunnels.txt). */
  ipv4TunnelEgress: 1023,
  ipv4TunnelIngress: 1024,
  ipv6TunnelEgress: 1025,
  ipv6TunnelIngress: 1026,
  vniEgress: 1029,
  vniIngress: 1030,
} as const

/** Counter records that are read (sFlow v5 §5, sflow_host.txt). */
export const counterRecordFormat = {
  interface: 1,
  ethernet: 2,
  processor: 1001,
  hostDescription: 2000,
  hostCpu: 2003,
  hostMemory: 2004,
  hostDisk: 2005,
  hostNetwork: 2006,
} as const

/** How the first header of a raw packet header record is read; other header protocols are counted. */
export const headerProtocolLinks: ReadonlyMap<number, number> = new Map([
  [1, linkType.ethernet],
  [11, linkType.ipv4],
  [12, linkType.ipv6],
  [13, linkType.mpls],
])

/** `address_type`: 0 is an address that the agent does not know, and has no bytes. */
export const addressType = { unknown: 0, ipv4: 1, ipv6: 2 } as const

/** The two top bits of a compact interface, or the format word of an expanded one. */
export const interfaceFormat = { single: 0, discarded: 1, multiple: 2 } as const

/** "No interface": the packet starts or ends in the device itself. The largest value of the compact and the expanded form. */
export const noInterface: readonly number[] = [0x3fffffff, 0xffffffff]

/** `sFlowDataSource` type of a source that is an interface by its ifIndex. */
export const interfaceSource = 0

/** Forwarding status of RFC 7270 §4.12 for "dropped, reason unknown": status 2 in the top two bits. */
export const droppedUnknown = 128
