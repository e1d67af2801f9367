// What the header of an export datagram says about all its records, for NetFlow and IPFIX.

/** Filled anew for each datagram by its decoder; one object is reused, so copy what must outlive the datagram. */
export interface ExportHeader {
  /** `exportProtocol` code of the contract. */
  protocol: number
  /** v9 source id, IPFIX observation domain id, v5 engine type × 256 + engine id. */
  domain: number
  /** Exporter's clock when it sent, in milliseconds since 1970. */
  exportMs: number
  /** When the exporter booted by its own clock, in milliseconds since 1970; 0 where the protocol does not say (IPFIX). */
  bootMs: number
  /** Sequence number as sent: flows (v5), datagrams (v9), data records (IPFIX) before this one, modulo 2³². */
  sequence: number
  /** Sampling factor in the header (v5), 0 when none. */
  samplingRate: number
}

export function createExportHeader(): ExportHeader {
  return { protocol: 0, domain: 0, exportMs: 0, bootMs: 0, sequence: 0, samplingRate: 0 }
}
