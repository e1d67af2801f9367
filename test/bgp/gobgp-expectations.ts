// GoBGP as a neighbour of our BGP speaker, in its own words.
import { GobgpPeer } from './gobgp-peer.ts'
import type { PeerExpectations } from './peer-tests.ts'

export const gobgpExpectations: PeerExpectations = {
  commands: ['gobgpd', 'gobgp'],
  makePeer: (namespace, folder) => new GobgpPeer(namespace, folder),
  defaultLocalPref: null,
  keepsRules: true,
  rules: {
    ipv4: [
      {
        match: '[destination: 203.0.113.7/32][protocol: ==udp][source-port: ==53 ==123][packet-length: >=512&<=1500]',
        action: '[{"type":128,"subtype":6,"as":0,"rate":0}]',
      },
      {
        match: '[destination: 203.0.113.8/32][source: 192.0.2.0/24][protocol: ==tcp][tcp-flags: =S&!A]',
        action: '[{"type":128,"subtype":6,"as":0,"rate":1250000}]',
      },
      {
        match: '[destination: 203.0.113.0/24][protocol: ==icmp][icmp-type: ==8][icmp-code: ==0][dscp: ==46]',
        action: '[{"type":128,"subtype":8,"value":"65000:100"}]',
      },
    ],
    ipv6: [
      {
        match: '[destination: 2001:db8:1::7/128/0][protocol: ==udp][source-port: ==53][fragment: is-fragment+first-fragment]',
        action: '[{"type":128,"subtype":6,"as":0,"rate":0}]',
      },
      {
        match: '[destination: 2001:db8:1::/48/0][source: 2001:db8:f::/48/0][protocol: ==tcp][destination-port: ==80 >=440&<=443]',
        action: '[{"type":128,"subtype":6,"as":0,"rate":1250000}]',
      },
    ],
  },
}
