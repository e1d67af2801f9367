// Address families that are announced, and what stands for them on the wire (RFC 4760 §6, RFC 8955 §4, RFC 8956 §2).

export const bgpFamilies = ['ipv4', 'ipv6', 'ipv4-flowspec', 'ipv6-flowspec'] as const
export type BgpFamily = (typeof bgpFamilies)[number]

/** Address family identifier and subsequent one. */
export const familyNumbers: Readonly<Record<BgpFamily, { readonly afi: number; readonly safi: number }>> = {
  ipv4: { afi: 1, safi: 1 },
  ipv6: { afi: 2, safi: 1 },
  'ipv4-flowspec': { afi: 1, safi: 133 },
  'ipv6-flowspec': { afi: 2, safi: 133 },
}

/** The family of a pair of identifiers; undefined for those that are not announced here. */
export function familyOf(afi: number, safi: number): BgpFamily | undefined {
  return bgpFamilies.find((family) => familyNumbers[family].afi === afi && familyNumbers[family].safi === safi)
}

export const isFlowSpec = (family: BgpFamily) => familyNumbers[family].safi === 133

/** Bytes of an address of the family. */
export const addressLength = (family: BgpFamily) => (familyNumbers[family].afi === 1 ? 4 : 16)
