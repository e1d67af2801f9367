// FRR as a neighbour of our BGP speaker, in its own words.
import { FrrPeer } from './frr-peer.ts'
import type { PeerExpectations } from './peer-tests.ts'

export const frrExpectations: PeerExpectations = {
  commands: ['vtysh'],
  makePeer: (namespace, folder) => new FrrPeer(namespace, folder),
  defaultLocalPref: null,
  keepsRules: false,
  rules: {
    ipv4: [
      {
        match: 'Destination Address 203.0.113.7/32; IP Protocol = 17; Source Port = 53 , = 123; Packet Length >= 512 , <= 1500',
        action: 'FS:rate 0.000000',
      },
      {
        match: 'Destination Address 203.0.113.8/32; Source Address 192.0.2.0/24; IP Protocol = 6; TCP Flags = 2,&∋ ! 16',
        action: 'FS:rate 1250000.000000',
      },
      {
        match: 'Destination Address 203.0.113.0/24; IP Protocol = 1; ICMP Type = 8; ICMP Code = 0; DSCP field = 46',
        action: 'FS:redirect VRF RT:65000:100',
      },
    ],
    ipv6: [
      {
        // 6: a fragment, the first one or a later one.
        match: 'Destination Address 2001:db8:1::7/128/off 0; IP Protocol = 17; Source Port = 53; Packet Fragment ∋ 6',
        action: 'FS:rate 0.000000',
      },
      {
        match:
          'Destination Address 2001:db8:1::/48/off 0; Source Address 2001:db8:f::/48/off 0; IP Protocol = 6; Destination Port = 80 , >= 440 , <= 443',
        action: 'FS:rate 1250000.000000',
      },
    ],
  },
}
