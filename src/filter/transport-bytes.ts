// How much of a transport header has to be there for a condition on it to look at it.

/** Up to the end of what is asked for: two ports; type and code of ICMP; flags and window of TCP. */
export const transportBytes = { port: 4, icmp: 2, tcp: 16 } as const
