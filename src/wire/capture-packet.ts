// A packet in a capture file, as both file formats give it.

/** One captured packet. Its bytes are `offset` to `offset + capturedLength − 1` of the file; nothing is copied. */
export interface CapturedPacket {
  /** Nanoseconds since 1970; undefined where the file does not tell (pcapng simple packet blocks). */
  readonly timeNs: bigint | undefined
  readonly capturedLength: number
  /** Bytes that the packet had on the wire. */
  readonly wireLength: number
  /** Link type of the registry at tcpdump.org, 16 bits. */
  readonly linkType: number
  readonly offset: number
}
