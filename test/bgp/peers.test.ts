// Our BGP speaker and BIRD, FRR and GoBGP as they come with Debian, over IPv4 and IPv6.
import { birdExpectations } from './bird-expectations.ts'
import { frrExpectations } from './frr-expectations.ts'
import { gobgpExpectations } from './gobgp-expectations.ts'
import { testPeer } from './peer-tests.ts'

testPeer('BIRD 2.0', birdExpectations)
testPeer('FRR 8.4', frrExpectations)
testPeer('GoBGP 3.10', gobgpExpectations)
