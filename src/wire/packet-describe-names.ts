// Names of numbers in packet headers, as they are shown to people.

export const etherTypeNames: ReadonlyMap<number, string> = new Map([
  [0x0800, 'IPv4'],
  [0x0806, 'ARP'],
  [0x6558, 'Ethernet'],
  [0x8035, 'RARP'],
  [0x8100, 'VLAN'],
  [0x86dd, 'IPv6'],
  [0x8808, 'Ethernet flow control'],
  [0x8809, 'LACP'],
  [0x8847, 'MPLS'],
  [0x8848, 'MPLS upstream'],
  [0x8863, 'PPPoE discovery'],
  [0x8864, 'PPPoE session'],
  [0x88a8, 'service VLAN'],
  [0x88be, 'ERSPAN'],
  [0x88cc, 'LLDP'],
  [0x88e5, 'MACsec'],
  [0x88f7, 'PTP'],
  [0x9100, 'service VLAN'],
  [0x9200, 'service VLAN'],
])

export const protocolNames: ReadonlyMap<number, string> = new Map([
  [0, 'hop-by-hop options'],
  [1, 'ICMP'],
  [2, 'IGMP'],
  [4, 'IPv4'],
  [6, 'TCP'],
  [17, 'UDP'],
  [33, 'DCCP'],
  [41, 'IPv6'],
  [43, 'routing header'],
  [44, 'fragment header'],
  [46, 'RSVP'],
  [47, 'GRE'],
  [50, 'ESP'],
  [51, 'AH'],
  [58, 'ICMPv6'],
  [59, 'no next header'],
  [60, 'destination options'],
  [88, 'EIGRP'],
  [89, 'OSPF'],
  [97, 'EtherIP'],
  [103, 'PIM'],
  [108, 'IPComp'],
  [112, 'VRRP'],
  [115, 'L2TP'],
  [132, 'SCTP'],
  [135, 'mobility header'],
  [136, 'UDP-Lite'],
  [137, 'MPLS'],
  [139, 'HIP'],
  [140, 'shim6'],
  [143, 'Ethernet'],
])

/** UDP ports of services that are told by name; amplifiers of floods first of all. */
export const udpServiceNames: ReadonlyMap<number, string> = new Map([
  [17, 'QOTD'],
  [19, 'CharGen'],
  [53, 'DNS'],
  [67, 'DHCP'],
  [68, 'DHCP'],
  [69, 'TFTP'],
  [111, 'portmap'],
  [123, 'NTP'],
  [137, 'NetBIOS'],
  [161, 'SNMP'],
  [389, 'CLDAP'],
  [443, 'QUIC'],
  [500, 'IKE'],
  [514, 'syslog'],
  [520, 'RIP'],
  [623, 'IPMI'],
  [1194, 'OpenVPN'],
  [1434, 'MS SQL'],
  [1701, 'L2TP'],
  [1900, 'SSDP'],
  [2055, 'NetFlow'],
  [2152, 'GTP-U'],
  [3283, 'ARD'],
  [3478, 'STUN'],
  [3702, 'WS-Discovery'],
  [4500, 'IPsec NAT-T'],
  [4739, 'IPFIX'],
  [4789, 'VXLAN'],
  [5060, 'SIP'],
  [5353, 'mDNS'],
  [5355, 'LLMNR'],
  [5683, 'CoAP'],
  [6081, 'Geneve'],
  [6343, 'sFlow'],
  [6635, 'MPLS'],
  [10001, 'Ubiquiti'],
  [11211, 'memcached'],
  [37810, 'DVR'],
  [51820, 'WireGuard'],
])

export const icmpTypes: ReadonlyMap<number, string> = new Map([
  [0, 'Echo reply'],
  [3, 'Destination unreachable'],
  [4, 'Source quench'],
  [5, 'Redirect'],
  [8, 'Echo request'],
  [9, 'Router advertisement'],
  [10, 'Router solicitation'],
  [11, 'Time exceeded'],
  [12, 'Parameter problem'],
  [13, 'Timestamp request'],
  [14, 'Timestamp reply'],
  [17, 'Address mask request'],
  [18, 'Address mask reply'],
])

/** Codes by type × 256 + code. */
export const icmpCodes: ReadonlyMap<number, string> = new Map([
  [0x0300, 'network unreachable'],
  [0x0301, 'host unreachable'],
  [0x0302, 'protocol unreachable'],
  [0x0303, 'port unreachable'],
  [0x0304, 'fragmentation needed'],
  [0x0305, 'source route failed'],
  [0x0309, 'network prohibited'],
  [0x030a, 'host prohibited'],
  [0x030d, 'prohibited by filter'],
  [0x0500, 'for the network'],
  [0x0501, 'for the host'],
  [0x0b00, 'time to live'],
  [0x0b01, 'reassembly'],
])

export const icmpv6Types: ReadonlyMap<number, string> = new Map([
  [1, 'Destination unreachable'],
  [2, 'Packet too big'],
  [3, 'Time exceeded'],
  [4, 'Parameter problem'],
  [128, 'Echo request'],
  [129, 'Echo reply'],
  [130, 'Multicast listener query'],
  [131, 'Multicast listener report'],
  [132, 'Multicast listener done'],
  [133, 'Router solicitation'],
  [134, 'Router advertisement'],
  [135, 'Neighbor solicitation'],
  [136, 'Neighbor advertisement'],
  [137, 'Redirect'],
  [143, 'Multicast listener report v2'],
])

export const icmpv6Codes: ReadonlyMap<number, string> = new Map([
  [0x0100, 'no route'],
  [0x0101, 'prohibited'],
  [0x0102, 'beyond scope'],
  [0x0103, 'address unreachable'],
  [0x0104, 'port unreachable'],
  [0x0105, 'source address failed policy'],
  [0x0106, 'route rejected'],
  [0x0300, 'hop limit'],
  [0x0301, 'reassembly'],
])

export const tcpFlagNames = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'] as const

export const tcpOptionNames: ReadonlyMap<number, string> = new Map([
  [0, 'End of options'],
  [1, 'No operation'],
  [2, 'Maximum segment size'],
  [3, 'Window scale'],
  [4, 'SACK permitted'],
  [5, 'SACK'],
  [8, 'Timestamps'],
  [19, 'MD5 signature'],
  [28, 'User timeout'],
  [29, 'Authentication'],
  [30, 'Multipath TCP'],
  [34, 'Fast open cookie'],
])

export const ipOptionNames: ReadonlyMap<number, string> = new Map([
  [0, 'End of options'],
  [1, 'No operation'],
  [7, 'Record route'],
  [68, 'Timestamp'],
  [130, 'Security'],
  [131, 'Loose source route'],
  [137, 'Strict source route'],
  [148, 'Router alert'],
])

export const arpOperations: ReadonlyMap<number, string> = new Map([
  [1, 'request'],
  [2, 'reply'],
  [3, 'reverse request'],
  [4, 'reverse reply'],
])

export const sctpChunks: ReadonlyMap<number, string> = new Map([
  [0, 'DATA'],
  [1, 'INIT'],
  [2, 'INIT ACK'],
  [3, 'SACK'],
  [4, 'HEARTBEAT'],
  [5, 'HEARTBEAT ACK'],
  [6, 'ABORT'],
  [7, 'SHUTDOWN'],
  [8, 'SHUTDOWN ACK'],
  [9, 'ERROR'],
  [10, 'COOKIE ECHO'],
  [11, 'COOKIE ACK'],
  [14, 'SHUTDOWN COMPLETE'],
  [64, 'I-DATA'],
  [192, 'FORWARD TSN'],
])

export const dnsTypes: ReadonlyMap<number, string> = new Map([
  [1, 'A'],
  [2, 'NS'],
  [5, 'CNAME'],
  [6, 'SOA'],
  [12, 'PTR'],
  [15, 'MX'],
  [16, 'TXT'],
  [28, 'AAAA'],
  [33, 'SRV'],
  [35, 'NAPTR'],
  [41, 'OPT'],
  [43, 'DS'],
  [46, 'RRSIG'],
  [47, 'NSEC'],
  [48, 'DNSKEY'],
  [50, 'NSEC3'],
  [52, 'TLSA'],
  [64, 'SVCB'],
  [65, 'HTTPS'],
  [252, 'AXFR'],
  [255, 'ANY'],
  [257, 'CAA'],
])

export const dnsCodes: ReadonlyMap<number, string> = new Map([
  [0, 'no error'],
  [1, 'FORMERR'],
  [2, 'SERVFAIL'],
  [3, 'NXDOMAIN'],
  [4, 'NOTIMP'],
  [5, 'REFUSED'],
])

export const ntpModes: ReadonlyMap<number, string> = new Map([
  [1, 'symmetric active'],
  [2, 'symmetric passive'],
  [3, 'client'],
  [4, 'server'],
  [5, 'broadcast'],
  [6, 'control'],
  [7, 'private'],
])

/** Requests of NTP's private mode; the last two are what floods are made of. */
export const ntpRequests: ReadonlyMap<number, string> = new Map([
  [0, 'peer list'],
  [16, 'reset statistics'],
  [20, 'monlist'],
  [42, 'monlist'],
])

/** Application tags of LDAP (RFC 4511 §4.2 …) that are seen over UDP. */
export const ldapOperations: ReadonlyMap<number, string> = new Map([
  [0x60, 'bind request'],
  [0x61, 'bind response'],
  [0x63, 'search request'],
  [0x64, 'search result'],
  [0x65, 'search result, done'],
  [0x73, 'search reference'],
])
