// Where an sFlow v5 datagram has the address of its agent, which names the router whatever address the datagram came from.

/** Of the address; the version stands before it, then the type of the address. */
export const sflowAgentAt = 8

/** Family of the agent's address: type 1 or 2 at byte 4; null when it is cut or of another type. */
export function sflowAgentFamily(bytes: Uint8Array, length: number): 4 | 6 | null {
  if (length >= sflowAgentAt + 4 && bytes[7] === 1) return 4
  return length >= sflowAgentAt + 16 && bytes[7] === 2 ? 6 : null
}
