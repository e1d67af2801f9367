// Tests what the section `advertise` is refused for, in the words that the user reads.
import { describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import { loadConfig } from './config.ts'

interface Settings {
  readonly [path: string]: unknown
}

function problems(settings: Settings): string[] {
  const set = Object.entries(settings).map(
    ([path, value]) => `advertise.${path}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  try {
    loadConfig({ file: '/dev/null', flags: { set } })
  } catch (error) {
    if (error instanceof ConfigError) return error.message.replaceAll('--set: ', '').split('\n')
    throw error
  }
  return []
}

const own = { 'bgp.as': 64500, 'bgp.router_id': '192.0.2.1' }
const edge = { name: 'edge1', address: '198.51.100.1', as: 64501 }
const neighbors = (...list: object[]): Settings => ({ ...own, 'bgp.neighbors': list.map((fields) => Object.assign({}, edge, fields)) })
const first = 'advertise.bgp.neighbors[0]'
const account = '0'.repeat(32)
const url = 'https://noc.example.net/announce'

describe('what is fine', () => {
  const cases: [name: string, settings: Settings][] = [
    ['nothing at all', {}],
    ['a neighbour with defaults', neighbors({})],
    ['a router on the same machine', neighbors({ address: '127.0.0.1' }, { name: 'edge2', address: '::1' })],
    ['two sessions with one address', neighbors({}, { name: 'edge2', port: 1179 })],
    ['a link-local address', neighbors({ address: 'fe80::1%eth0', source_address: 'fe80::2%eth0', families: ['ipv6'] })],
    ['communities of both kinds', neighbors({ divert: { communities: ['65535:65535', '4294967295:0:4294967295'] } })],
    ['FlowSpec only', neighbors({ families: ['ipv4-flowspec'], purposes: ['flowspec'] })],
    ['Cloudflare', { 'cloudflare.account_id': account, 'cloudflare.api_token': 't' }],
    ['an API on the same machine', { 'cloudflare.base_url': 'http://[::1]:8787/client/v4' }],
    ['a webhook', { 'webhook.url': url, 'webhook.secret': 'sixteen letters!' }],
  ]
  it.each(cases)('%s', (_, settings) => {
    expect(problems(settings)).toEqual([])
  })
})

describe('what is refused', () => {
  const cases: [name: string, settings: Settings, expected: string | string[]][] = [
    [
      'neighbours without own numbers',
      { 'bgp.neighbors': [edge] },
      [
        'advertise.bgp.as is needed when advertise.bgp.neighbors has some',
        'advertise.bgp.router_id is needed when advertise.bgp.neighbors has some',
      ],
    ],
    ['reserved own AS', { ...own, 'bgp.as': 23456 }, 'advertise.bgp.as is 23456, which is reserved'],
    ['router id', { ...own, 'bgp.router_id': '::1' }, 'advertise.bgp.router_id is "::1", which is not an IPv4 address like 192.0.2.1'],
    ['router id 0', { ...own, 'bgp.router_id': '0.0.0.0' }, 'advertise.bgp.router_id is 0.0.0.0, which is no identifier'],
    ['same name', neighbors({}, { address: '198.51.100.2' }), 'advertise.bgp.neighbors[1] (edge1): another neighbour has the same name'],
    ['same address', neighbors({}, { name: 'b' }), 'advertise.bgp.neighbors[1] (b): another neighbour has the same address and port'],
    [
      'a name',
      neighbors({ address: 'edge1.example.net' }),
      `${first} (edge1): address is "edge1.example.net", which is not the IPv4 or IPv6 address of a host`,
    ],
    [
      'a prefix',
      neighbors({ address: '198.51.100.0/24' }),
      `${first} (edge1): address is "198.51.100.0/24", which is not the IPv4 or IPv6 address of a host`,
    ],
    [
      'multicast',
      neighbors({ address: 'ff02::1' }),
      `${first} (edge1): address is "ff02::1", which is not the IPv4 or IPv6 address of a host`,
    ],
    [
      'mapped',
      neighbors({ address: '::ffff:192.0.2.1' }),
      `${first} (edge1): address is "::ffff:192.0.2.1", which is not the IPv4 or IPv6 address of a host`,
    ],
    [
      'source',
      neighbors({ source_address: '0.0.0.0' }),
      `${first} (edge1): source_address is "0.0.0.0", which is not the IPv4 or IPv6 address of a host`,
    ],
    [
      'family of the source',
      neighbors({ source_address: '::1' }),
      `${first} (edge1): source_address ::1 is IPv6 and address 198.51.100.1 is IPv4`,
    ],
    ['reserved AS', neighbors({ as: 65535 }), `${first} (edge1): as is 65535, which is reserved`],
    ['long password', neighbors({ password: 'ü'.repeat(41) }), `${first} (edge1): password has more than 80 bytes`],
    [
      'FlowSpec family',
      neighbors({ families: ['ipv4', 'ipv4-flowspec'], purposes: ['divert'] }),
      `${first} (edge1): families has a FlowSpec family, but purposes has no flowspec`,
    ],
    [
      'FlowSpec purpose',
      neighbors({ purposes: ['flowspec'] }),
      `${first} (edge1): families has ipv4 or ipv6, but purposes has flowspec only`,
    ],
    [
      'next hop IPv4',
      neighbors({ divert: { next_hop_ipv4: '2001:db8::1' } }),
      `${first} (edge1): divert.next_hop_ipv4 is "2001:db8::1", which is not the IPv4 address of a host`,
    ],
    [
      'next hop IPv6',
      neighbors({ blackhole: { next_hop_ipv6: '192.0.2.1' } }),
      `${first} (edge1): blackhole.next_hop_ipv6 is "192.0.2.1", which is not the IPv6 address of a host`,
    ],
    [
      'next hop with a zone',
      neighbors({ divert: { next_hop_ipv6: 'fe80::1%eth0' } }),
      `${first} (edge1): divert.next_hop_ipv6 is "fe80::1%eth0", which is not the IPv6 address of a host`,
    ],
    [
      'community',
      neighbors({ divert: { communities: ['65536:1'] } }),
      `${first} (edge1): divert.communities has 65536:1, whose numbers go up to 65535, or three of up to 4294967295`,
    ],
    [
      'large community',
      neighbors({ blackhole: { communities: ['1:1:4294967296'] } }),
      `${first} (edge1): blackhole.communities has 1:1:4294967296, whose numbers go up to 4294967295`,
    ],
    [
      'no token',
      { 'cloudflare.account_id': account },
      'advertise.cloudflare.api_token is needed when advertise.cloudflare.account_id is set',
    ],
    ['no account', { 'cloudflare.api_token': 't' }, 'advertise.cloudflare.account_id is needed when advertise.cloudflare.api_token is set'],
    [
      'account',
      { 'cloudflare.account_id': 'me', 'cloudflare.api_token': 't' },
      'advertise.cloudflare.account_id has to be the 32 hex digits of an account',
    ],
    [
      'token in the clear',
      { 'cloudflare.base_url': 'http://192.0.2.1/' },
      'advertise.cloudflare.base_url has to begin with https://: the token would be sent in the clear',
    ],
    [
      'a name that looks like a loopback address',
      { 'cloudflare.base_url': 'http://127.0.0.1.example.net/' },
      'advertise.cloudflare.base_url has to begin with https://: the token would be sent in the clear',
    ],
    ['other scheme', { 'cloudflare.base_url': 'ftp://127.0.0.1/' }, 'advertise.cloudflare.base_url has to begin with https://'],
    ['no secret', { 'webhook.url': url }, 'advertise.webhook.secret is needed when advertise.webhook.url is set'],
    ['short secret', { 'webhook.url': url, 'webhook.secret': 'short' }, 'advertise.webhook.secret has to have at least 16 characters'],
    ['no url', { 'webhook.secret': 'sixteen letters!' }, 'advertise.webhook.url is needed when advertise.webhook.secret is set'],
    [
      'url',
      { 'webhook.url': 'noc.example.net', 'webhook.secret': 'sixteen letters!' },
      'advertise.webhook.url is "noc.example.net", which is not an address like https://noc.example.net/announce',
    ],
  ]
  it.each(cases)('%s', (_, settings, expected) => {
    expect(problems(settings)).toEqual([expected].flat())
  })
})

describe('fields of neighbours that are of the wrong kind', () => {
  const cases: [name: string, list: unknown, expected: string | string[]][] = [
    ['no list', 'x', 'advertise.bgp.neighbors is a text; it has to be a list of at most 100 sections with names and values'],
    ['no section', ['x'], `${first} has to hold names and values`],
    ['unknown name', [{ ...edge, prot: 1 }], `there is no option ${first}.prot; did you mean port?`],
    [
      'unknown name below',
      [{ ...edge, divert: { med: 1, nexthop_ipv4: '' } }],
      `there is no option ${first}.divert.nexthop_ipv4; did you mean divert.next_hop_ipv4?`,
    ],
    [
      'missing',
      [{ name: 'edge1' }],
      [
        `${first}.address is missing; it has to be a text that is not empty`,
        `${first}.as is missing; it has to be a whole number from 1 to 4294967294`,
      ],
    ],
    ['out of range', [{ ...edge, port: 0 }], `${first}.port is the number 0; it has to be a whole number from 1 to 65535`],
    ['secret', [{ ...edge, password: 12_345 }], `${first}.password is a number; it has to be a text, of at most 80 characters`],
    ['section as value', [{ ...edge, divert: 5 }], `${first}.divert has to hold names and values`],
    [
      'list',
      [{ ...edge, divert: { communities: ['x'] } }],
      `${first}.divert.communities is the list ["x"]; it has to be a list of at most 64 texts like 65000:1 or 65000:1:2`,
    ],
    [
      'choice',
      [{ ...edge, families: ['ipv5'] }],
      `${first}.families is the list ["ipv5"]; it has to be a list of at least 1 of ipv4, ipv6, ipv4-flowspec or ipv6-flowspec`,
    ],
  ]
  it.each(cases)('%s', (_, list, expected) => {
    expect(problems({ ...own, 'bgp.neighbors': list })).toEqual([expected].flat())
  })
})
