// BIRD 2 as a neighbour of our BGP speaker, in its own words.
import { BirdPeer } from './bird-peer.ts'
import type { PeerExpectations } from './peer-tests.ts'

export const birdExpectations: PeerExpectations = {
  commands: ['bird', 'birdc'],
  makePeer: (namespace, folder) => new BirdPeer(namespace, folder),
  defaultLocalPref: 100,
  keepsRules: true,
  rules: {
    ipv4: [
      { match: 'dst 203.0.113.7/32; proto 17; sport 53,123; length 512..1500;', action: '(generic, 0x80060000, 0x0)' },
      // 0x49989680 is 1250000 as a float (RFC 8955 §7.1).
      {
        match: 'dst 203.0.113.8/32; src 192.0.2.0/24; proto 6; tcp flags 0x2/0x2 && 0x0/0x10;',
        action: '(generic, 0x80060000, 0x49989680)',
      },
      { match: 'dst 203.0.113.0/24; proto 1; icmp type 8; icmp code 0; dscp 46;', action: '(generic, 0x8008fde8, 0x64)' },
    ],
    ipv6: [
      // 0x6: a fragment, the first one or a later one.
      { match: 'dst 2001:db8:1::7/128; next header 17; sport 53; fragment !0x0/0x6;', action: '(generic, 0x80060000, 0x0)' },
      { match: 'dst 2001:db8:1::/48; src 2001:db8:f::/48; next header 6; dport 80,440..443;', action: '(generic, 0x80060000, 0x49989680)' },
    ],
  },
}
