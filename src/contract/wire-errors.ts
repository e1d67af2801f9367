// What can be wrong with bytes from the network. Decoders throw or report these codes and nothing else.

/** Every code with the sentence that explains it. The codes are label values of metrics: keep them short and stable. */
export const wireErrorTexts = {
  truncated: 'the datagram ends inside a header, set or record',
  unknown_version: 'the version word is not NetFlow v1, v5, v7, v9, IPFIX or sFlow v5',
  bad_count: 'the header announces more records than the datagram holds',
  bad_set_length: 'a set is shorter than its own header or longer than the datagram',
  bad_template: 'a template has no fields, too many fields, or records of length 0',
  bad_field_length: 'a field has a length that its type cannot have',
  bad_address_type: 'an address is neither IPv4 nor IPv6',
  bad_sample_length: 'an sFlow sample or record is longer than what is left of the datagram',
  bad_file: 'the file is neither pcap nor pcapng nor raw datagrams',
  bad_block: 'a pcapng block has an impossible length',
  bad_packet: 'a captured packet has lengths or a time that cannot be',
} as const

export type WireErrorCode = keyof typeof wireErrorTexts

/** V8's setting of how many frames an error records; browsers of other makers have none. */
const stacks = Error as { stackTraceLimit?: number | undefined }

/** Thrown by wire/ on input that cannot be decoded further. `detail` names the place, never the payload. */
export class WireError extends Error {
  override readonly name = 'WireError'
  readonly code: WireErrorCode
  constructor(code: WireErrorCode, detail = '') {
    // Without a stack: taking one costs more than decoding a datagram, and a sender can cause hundreds in each. The code
    // and the detail tell what is wrong with the input; where in the program it was noticed says nothing more.
    const limit = stacks.stackTraceLimit
    stacks.stackTraceLimit = 0
    super(detail === '' ? wireErrorTexts[code] : `${wireErrorTexts[code]} (${detail})`)
    stacks.stackTraceLimit = limit
    this.code = code
  }
}
