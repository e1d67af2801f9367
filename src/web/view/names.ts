// Names of what flows carry as numbers: IP protocols, well-known ports, countries.
import { messages } from '../messages.ts'

/** IANA protocol numbers that are seen in practice. */
const protocols: Readonly<Record<number, string>> = {
  1: 'ICMP',
  2: 'IGMP',
  4: 'IPv4 in IP',
  6: 'TCP',
  17: 'UDP',
  33: 'DCCP',
  41: 'IPv6 in IP',
  46: 'RSVP',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  58: 'ICMPv6',
  88: 'EIGRP',
  89: 'OSPF',
  94: 'IPIP',
  97: 'EtherIP',
  103: 'PIM',
  108: 'IPComp',
  112: 'VRRP',
  115: 'L2TP',
  132: 'SCTP',
  136: 'UDP-Lite',
  137: 'MPLS in IP',
}

/** Ports as network engineers call them; several from outside IANA's list because attacks and games use them. */
const ports: Readonly<Record<number, string>> = {
  19: 'chargen',
  20: 'ftp-data',
  21: 'ftp',
  22: 'ssh',
  23: 'telnet',
  25: 'smtp',
  53: 'dns',
  67: 'dhcp',
  68: 'dhcp client',
  69: 'tftp',
  80: 'http',
  88: 'kerberos',
  110: 'pop3',
  111: 'portmap',
  123: 'ntp',
  135: 'msrpc',
  137: 'netbios-ns',
  139: 'netbios-ssn',
  143: 'imap',
  161: 'snmp',
  162: 'snmp trap',
  179: 'bgp',
  389: 'ldap',
  443: 'https',
  445: 'smb',
  465: 'smtps',
  500: 'ike',
  514: 'syslog',
  520: 'rip',
  546: 'dhcpv6 client',
  547: 'dhcpv6',
  554: 'rtsp',
  587: 'submission',
  636: 'ldaps',
  646: 'ldp',
  853: 'dns over tls',
  873: 'rsync',
  989: 'ftps-data',
  990: 'ftps',
  993: 'imaps',
  995: 'pop3s',
  1080: 'socks',
  1194: 'openvpn',
  1433: 'mssql',
  1701: 'l2tp',
  1723: 'pptp',
  1812: 'radius',
  1883: 'mqtt',
  1900: 'ssdp',
  1935: 'rtmp',
  2049: 'nfs',
  2055: 'netflow',
  3128: 'proxy',
  3260: 'iscsi',
  3306: 'mysql',
  3389: 'rdp',
  3478: 'stun',
  3784: 'bfd',
  4500: 'ipsec nat-t',
  4739: 'ipfix',
  4789: 'vxlan',
  5060: 'sip',
  5222: 'xmpp',
  5353: 'mdns',
  5432: 'postgresql',
  5683: 'coap',
  5900: 'vnc',
  6081: 'geneve',
  6343: 'sflow',
  6379: 'redis',
  6881: 'bittorrent',
  8080: 'http-alt',
  8443: 'https-alt',
  9000: 'http-alt',
  9200: 'elasticsearch',
  9418: 'git',
  11211: 'memcached',
  25565: 'minecraft',
  27015: 'steam',
  27017: 'mongodb',
  51820: 'wireguard',
}

const countries = new Intl.DisplayNames([messages.locale], { type: 'region' })

export function protocolName(number: number): string | undefined {
  return protocols[number]
}

export function portName(number: number): string | undefined {
  return ports[number]
}

/** Name of an ISO 3166-1 alpha-2 code; undefined for what is none. */
export function countryName(code: string): string | undefined {
  return /^[A-Z]{2}$/.test(code) ? countries.of(code) : undefined
}
