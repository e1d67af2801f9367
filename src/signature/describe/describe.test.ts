import { describe, expect, it } from 'vitest'
import { parseFilter } from '../../filter/parse-filter.ts'
import { conditionsOf } from './leaves.ts'
import { fieldOf, meaningOf } from './meaning.ts'
import { titleOf } from './titles.ts'
import { variabilityOf } from './variability.ts'

/** Field and meaning of the last condition of a filter. */
function last(text: string): readonly [field: string, meaning: string] {
  const conditions = conditionsOf(parseFilter(text))
  const condition = conditions.at(-1) ?? parseFilter(text)
  return [fieldOf(condition), meaningOf(condition, conditions)]
}

describe('what a condition means', () => {
  // prettier-ignore
  it.each([
    ['udp and src port 53', 'source port', 'answers of a service that is misused: DNS amplification'],
    ['tcp and dst port 443', 'destination port', 'web (HTTPS, QUIC)'],
    ['udp and dst port 53 and payload[2:2] 0x8180', 'bytes 2–3 of the payload', 'DNS answer, recursion desired, recursion available'],
    ['udp and src port 53 and payload[2:2] 0x8182', 'bytes 2–3 of the payload', 'DNS answer, recursion desired, recursion available, server failure'],
    ['udp and src port 53 and payload[2] & 0x80 == 0x80', 'byte 2 of the payload', 'DNS answer'],
    ['udp and src port 123 and payload[0:4] 0xd700032a', 'bytes 0–3 of the payload', 'NTP private mode (7), as of monlist, monlist (MON_GETLIST_1)'],
    ['udp and src port 123 and payload[0] 0x24', 'byte 0 of the payload', 'NTP answer of a server'],
    ['udp and src port 1900 and payload[0:12] 0x485454502f312e3120323030', 'bytes 0–11 of the payload', 'HTTP answer 200'],
    ['udp and src port 500 and payload[16:4] 0x01100200', 'bytes 16–19 of the payload', 'IKEv1, identity protection (main mode)'],
    ['udp and payload[0:5] 0xffffffff54', 'bytes 0–4 of the payload', 'game query (A2S_INFO)'],
    ['udp and payload[3:5] 0x4142434445', 'bytes 3–7 of the payload', 'text “ABCDE”'],
    ['udp and payload[8:4] 0x58585858', 'bytes 8–11 of the payload', 'filler of 58'],
    ['udp and payload[8:2] 0x0102', 'bytes 8–9 of the payload', ''],
    ['flags syn,ack and transport[20:4] 0x020405b4', 'bytes 20–23 of the transport header', 'maximum segment size 1460'],
    ['flags syn,!ack', 'TCP flags', 'new connection'],
    ['tcp and tcp.doff 5', 'length of the TCP header', 'no TCP options'],
    ['icmp and icmp.type 8', 'ICMP type', 'echo request (ICMP)'],
    ['udp and fragment later', 'fragmentation', 'later part of a larger packet, without ports'],
    ['udp and not src port 53', 'source port (negated)', ''],
  ])('%s', (text, field, meaning) => {
    expect(last(text)).toEqual([field, meaning])
  })
})

describe('the title of a part', () => {
  it.each([
    ['udp and src port 53 and len >= 1400', 'DNS amplification, 1400 bytes and longer'],
    ['udp and src port 4500', 'IKE (ISAKMP) amplification'],
    ['tcp and dst port 443 and flags syn,!ack', 'SYN flood to port 443'],
    ['tcp and src port in {80, 443} and flags syn,ack and len 44', 'SYN-ACK reflection from ports 80, 443, 44 bytes'],
    ['flags rst', 'RST flood'],
    ['flags !ack,!syn,!rst', 'TCP flags flood'],
    ['tcp and tcp.window 7', 'TCP flood'],
    ['udp and dst port 80 and len < 100', 'UDP flood to port 80, up to 99 bytes'],
    ['udp and fragment later', 'Fragment flood of UDP'],
    ['icmp and icmp.type 8', 'ICMP flood'],
    ['proto 253', 'Flood of IP protocol 253'],
    ['src 192.0.2.0/24', 'Packets of any protocol'],
  ])('%s', (text, title) => {
    expect(titleOf(conditionsOf(parseFilter(text)))).toBe(title)
  })
})

describe('what it costs an attacker to change a condition', () => {
  it.each([
    ['udp and src port 53', 'fixed', 'answers from its own port'],
    ['udp and src port 40000', 'free', 'sender chooses the source port'],
    ['udp and src port 53 and len > 1000', 'effort', 'shorter answers amplify less'],
    ['udp and dst port 80 and len > 1000', 'free', 'sender chooses the length'],
    ['udp and src port 53 and dst port 22', 'free', 'the request chooses the port'],
    ['flags syn,!ack and tcp.window 512', 'free', 'any window'],
    ['flags syn,ack and tcp.window 512', 'fixed', 'answering hosts'],
    ['udp and payload[0:2] 0x0102', 'free', 'filler'],
    ['udp and src port 123 and payload[0:2] 0x0102', 'effort', 'another request'],
    ['udp and not dst port 80', 'free', 'what is left out'],
  ])('%s', (text, variability, why) => {
    const conditions = conditionsOf(parseFilter(text))
    const condition = conditions.at(-1) ?? parseFilter(text)
    expect(variabilityOf(condition, conditions)).toEqual({ variability, why: expect.stringContaining(why) })
  })
})
