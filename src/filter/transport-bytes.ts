// How much of a transport header has to be there for a condition on it to look at it.

/** Up to the end of what is asked for: two ports; type and code of ICMP; flags and window of TCP; its data offset; length of UDP. */
export const transportBytes = { port: 4, icmp: 2, tcp: 16, tcpHeader: 13, udpLength: 6 } as const

/** Bytes of the UDP header, and 32-bit words of the shortest TCP header: less than that is no header, and has no payload. */
export const udpHeaderBytes = 8
export const leastTcpWords = 5
