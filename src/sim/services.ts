// What simulated hosts talk: ports, how often, and how large the packets are in each direction.
import { ipProtocol } from './flow.ts'

export interface SimService {
  readonly name: string
  readonly protocol: number
  readonly port: number
  /** Share of all conversations. */
  readonly weight: number
  /** Mean packet size at the IP layer in bytes, towards the server and back. */
  readonly requestSize: number
  readonly responseSize: number
  /** Largest number of sampled packets in one record. */
  readonly longest: number
  /** Own hosts offer it to the Internet; otherwise they only use it. */
  readonly offered: boolean
}

const { tcp, udp, icmp } = ipProtocol

// Loosely after the mix of a hoster: most bytes are web and QUIC responses, most flows are short.
// prettier-ignore
export const services: readonly SimService[] = [
  { name: 'https', protocol: tcp, port: 443, weight: 46, requestSize: 110, responseSize: 1380, longest: 60, offered: true },
  { name: 'quic', protocol: udp, port: 443, weight: 22, requestSize: 90, responseSize: 1260, longest: 60, offered: true },
  { name: 'http', protocol: tcp, port: 80, weight: 8, requestSize: 130, responseSize: 1300, longest: 30, offered: true },
  { name: 'dns', protocol: udp, port: 53, weight: 9, requestSize: 72, responseSize: 180, longest: 2, offered: true },
  { name: 'ssh', protocol: tcp, port: 22, weight: 2.5, requestSize: 96, responseSize: 140, longest: 20, offered: true },
  { name: 'smtp', protocol: tcp, port: 25, weight: 2, requestSize: 900, responseSize: 70, longest: 8, offered: true },
  { name: 'imaps', protocol: tcp, port: 993, weight: 1.5, requestSize: 90, responseSize: 600, longest: 8, offered: true },
  { name: 'ntp', protocol: udp, port: 123, weight: 1.5, requestSize: 76, responseSize: 76, longest: 1, offered: false },
  { name: 'rdp', protocol: tcp, port: 3389, weight: 0.8, requestSize: 100, responseSize: 500, longest: 15, offered: true },
  { name: 'wireguard', protocol: udp, port: 51820, weight: 1.5, requestSize: 400, responseSize: 900, longest: 30, offered: true },
  { name: 'stun', protocol: udp, port: 3478, weight: 1, requestSize: 300, responseSize: 300, longest: 20, offered: false },
  { name: 'http-alt', protocol: tcp, port: 8080, weight: 1, requestSize: 140, responseSize: 1100, longest: 10, offered: true },
  { name: 'mysql', protocol: tcp, port: 3306, weight: 0.4, requestSize: 180, responseSize: 700, longest: 10, offered: false },
  { name: 'ping', protocol: icmp, port: 0, weight: 1.2, requestSize: 84, responseSize: 84, longest: 2, offered: true },
]
