// Whether what stands against an announcement, a delivery or a rule is told in Japanese: by the guard, drivers, buckets, agents.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { BucketError, type BucketErrorCode } from '../../capture/buckets/bucket-error.ts'
import { refusals } from '../../contract/advertisement.ts'
import { configSchema } from '../../contract/config.ts'
import { ownedPrefixDefaults, type DriverName, type OwnedPrefix, type OwnedPrefixFields } from '../../contract/owned-prefix.ts'
import { parseFilter } from '../../filter/parse-filter.ts'
import { sparedBy } from '../../firewall/rules/filter-guard.ts'
import { AdvertisementRefused, type AnnounceRequest } from '../../mitigate/advertising.ts'
import { judge, type GuardFacts, type RouteFacts } from '../../mitigate/guard.ts'
import { judgeOwned } from '../../mitigate/owned-prefix-guard.ts'
import {
  configuredDrivers,
  foreignPrefixes,
  hostileRequests,
  registeredPrefixes,
  type HostileRequest,
} from '../../mitigate/testing/hostile-requests.ts'
import { phraseBook } from './ja/server/phrase-book.ts'
import { phraseReader } from './phrases.ts'

const read = phraseReader(phraseBook)
const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u
/** What is left of an English sentence. */
const english = /\b(the|an?|with|without|that|its?|is|are|has|have|not|no|any|instead|write|needs|exclude)\b/

// A value that is called `is`.
const toldOf = (text: string) => (read(text) ?? '').replace('はis、first、last', '')
const untold = (texts: readonly string[]) =>
  [...new Set(texts)].filter((text) => !japanese.test(toldOf(text)) || english.test(toldOf(text)))

function messageOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof Error) return error instanceof AdvertisementRefused ? `${error.message} [${error.refusal}]` : error.message
    throw error
  }
  return ''
}

const now = Date.parse('2026-11-22T05:00:00Z')
const registered = (account: number) => (fields: OwnedPrefixFields, index: number) => ({
  ...fields,
  id: `${account}${index}`.padStart(32, '0'),
  account,
  created_at: '2026-11-22T00:00:00Z',
  modified_at: '2026-11-22T00:00:00Z',
})
const ownedPrefixes: readonly OwnedPrefix[] = [...registeredPrefixes.map(registered(1)), ...foreignPrefixes.map(registered(2))]
const { advertise } = configSchema.parse({})
const usual: GuardFacts & RouteFacts = {
  ownedPrefixes,
  drivers: configuredDrivers,
  stopped: false,
  now,
  limits: advertise,
  announcements: 0,
  flowspecRules: 0,
  there: null,
  recent: 0,
}

function requestOf(body: HostileRequest['body'], kind: 'rule' | 'person'): AnnounceRequest {
  const { prefix, purpose = 'divert', flowspec = null, driver = null, until } = body
  const end = typeof until === 'string' ? Date.parse(until) : null
  const cause = {
    kind,
    who: 'ops@example.net',
    why: 'test',
    rule_id: null,
    incident_id: null,
    until: end,
    hold_seconds: null,
    signal: null,
  }
  // What a hostile client sends is of any type.
  return { account: 1, prefix, purpose, flowspec, driver, cause, dryRun: false, approval: false } as AnnounceRequest
}

function refusalOf({ body, situation = {}, ruleOnly }: HostileRequest): string {
  const { limits, announced = [], flaps = 0, stopped = false } = situation
  const [there = null] = announced.map((other) => judge(requestOf(other, 'person'), usual).route)
  const full = { announcements: announced.length, flowspecRules: announced.length }
  const facts = {
    ...usual,
    ...full,
    limits: { ...advertise, ...limits },
    stopped,
    recent: flaps,
    there: limits === undefined ? there : null,
  }
  return messageOf(() => judge(requestOf(body, ruleOnly ? 'rule' : 'person'), facts))
}

describe('what the guard refuses', () => {
  it('is told in Japanese, with all that is particular about it', () => {
    const texts = hostileRequests.map(refusalOf).filter((text) => text !== '')
    expect(new Set(texts.map((text) => / \[(\w+)\]$/.exec(text)?.[1])).size).toBeGreaterThan(Object.keys(refusals).length - 3)
    expect(untold(texts)).toEqual([])
  })

  it('is told of a prefix that is to be registered', () => {
    const rows: readonly (readonly [string, Partial<OwnedPrefixFields>])[] = [
      ['198.18.0.0/16', {}],
      ['172.16.5.0/24', {}],
      ['8.8.8.0/24', { origin_as: 0 }],
      ['8.8.8.0/24', { origin_as: -1 }],
      ['8.8.8.0/24', { drivers: [] }],
      ['8.8.8.0/24', { drivers: ['exabgp' as DriverName] }],
      ['8.8.8.0/24', { drivers: ['bgp', 'bgp'] }],
      ['8.8.8.0/24', { divert_max_length: 23 }],
      ['8.8.8.0/24', { blackhole_min_length: 23 }],
    ]
    const judged = (cidr: string, change: Partial<OwnedPrefixFields>) => {
      const defaults = ownedPrefixDefaults(4, Number(cidr.split('/')[1]))
      return judgeOwned({ cidr, origin_as: 3320, ...defaults, ...change }, { account: 1, others: ownedPrefixes })
    }
    const messages = rows.map(([cidr, change]) => messageOf(() => judged(cidr, change)))
    expect(messages.filter((text) => text === '')).toEqual([])
    const { warnings } = judged('192.168.0.0/16', { origin_as: 64_512, divert_max_length: 25, drivers: ['cloudflare'], flowspec: true })
    expect(warnings.length).toBe(5)
    expect(untold([...messages, ...warnings])).toEqual([])
  })

  it('names every special space', () => {
    const names = [...readFileSync('src/mitigate/bogons.ts', 'utf8').matchAll(/name: '([^']+)'/g)].map(([, name = '']) => name)
    expect(names.length).toBeGreaterThan(30)
    expect(names.filter((name) => read(name) === undefined && !/^(Teredo|6to4) /.test(name))).toEqual([])
  })
})

describe('what drivers answer', () => {
  it.each([
    [
      'sent to edge-1; edge-2 is Idle: no answer within 20 s; edge-3 does not read what it is sent',
      'edge-1へ送信済み、edge-2はIdleです：20秒以内に応答がありません、edge-3は送信内容を読み取っていません',
    ],
    ['edge-2 is OpenSent', 'edge-2はOpenSentです'],
    [
      'edge-2 cannot have it: there is no next hop for ipv6: the session comes from an IPv4 address; set advertise.bgp.neighbors, edge-2, divert.next_hop_ipv6',
      'edge-2には送信できません：ipv6のネクストホップがありません（セッションの送信元はIPv4アドレスです）。advertise.bgp.neighbors, edge-2, divert.next_hop_ipv6を設定してください',
    ],
    [
      'withdrawn from edge-1; sent to edge-2 and edge-3, not read there yet; not connected to edge-4: what is still there goes 120 s after the session was lost, or when it is back',
      'edge-1から取り下げ済み、edge-2、edge-3へ送信済み、未読み取り、edge-4は未接続です。残っている経路は、セッション切断の120秒後、または再接続時に消えます',
    ],
    [
      'no answer within 20 s; the TCP MD5 password and ttl_security must fit on both sides, or packets are dropped without a word',
      '20秒以内に応答がありません。TCP MD5パスワード、ttl_securityが双方で一致していないと、パケットは通知なしに破棄されます',
    ],
    [
      'we ended the session: Hold Timer Expired (nothing heard for 90 s)',
      'こちらからセッションを終了しました：ホールドタイマー満了（90秒間受信なし）',
    ],
    [
      'we ended the session: OPEN Message Error: Bad Peer AS (AS 64500 where AS 64501 is configured)',
      'こちらからセッションを終了しました：Bad Peer AS（相手はAS 64500、設定はAS 64501です）',
    ],
    [
      'connect ECONNREFUSED 192.0.2.1:179; before that the neighbour ended the session: Cease: Administrative Shutdown',
      'connect ECONNREFUSED 192.0.2.1:179（その前：ネイバーがセッションを終了しました：Cease: Administrative Shutdown）',
    ],
    ['hooks.example.net answers HTTP 423: frozen', 'hooks.example.netがHTTP 423を返しました：frozen'],
    [
      'hooks.example.net answers HTTP 307; redirects are not followed',
      'hooks.example.netがHTTP 307を返しました。リダイレクトには従いません',
    ],
    ['Cloudflare answers HTTP 400: bad (1010)', 'CloudflareがHTTP 400を返しました：bad (1010)'],
    [
      'Cloudflare does not advertise 203.0.113.0/24 any more; it is asked again',
      'Cloudflareが203.0.113.0/24の広告をやめたため、再度要求します',
    ],
    ['SYN flood to 192.0.2.7.', '192.0.2.7へのSYNフラッド。'],
  ])('%s', (sentence, translation) => {
    expect(read(sentence)).toBe(translation)
  })

  it('leaves alone what is sent', () => {
    const lines = [
      'announce 203.0.113.0/24',
      'NEXT_HOP 192.0.2.1',
      'AS_PATH 64500',
      'destination 203.0.113.0/24, protocol =6, TCP flags S',
      'withdraw ::/0',
    ]
    expect(lines.filter((line) => read(line) !== undefined)).toEqual([])
  })
})

describe('what buckets and agents refuse', () => {
  it('is told with its next step', () => {
    const source = readFileSync('src/capture/buckets/bucket-error.ts', 'utf8')
    const codes = [...source.matchAll(/^ {2}(\w+): \{\s*reason:/gm)].map(([, code]) => code as BucketErrorCode)
    expect(codes.length).toBeGreaterThan(25)
    const at = { bucket: 'packets', key: 'x.pcap', host: 's3.example.net' }
    const messages = codes.flatMap((code) => [new BucketError(code, at).message, new BucketError(code, { ...at, answer: 'Slow' }).message])
    const ended = messages.flatMap((message) => [
      `${message}. Nothing is in the bucket`,
      `edge-1: ${message}. The first 12 packets are kept as s3://packets/x; edge-2: nothing was heard of it any more`,
    ])
    expect(untold([...messages, ...ended])).toEqual([])
  })

  it.each([
    [
      'nftables refuses the rule (No such file or directory); see: drawbridge agent doctor',
      'nftablesがルールを拒否しました（No such file or directory）。drawbridge agent doctorで確認してください',
    ],
    ['tcpdump ended by SIGKILL; see: drawbridge agent doctor', 'tcpdumpがSIGKILLで終了しました。drawbridge agent doctorで確認してください'],
    [
      '/srv/a.pcap cannot be written: the disk is full; make room',
      '/srv/a.pcapに書き込めません：ディスクが満杯です。空きを増やしてください',
    ],
    ['ttl 7 (of flows that do not tell it)', 'ttl 7（この値を含まないフロー）'],
  ])('%s', (sentence, translation) => {
    expect(read(sentence)).toBe(translation)
  })
})

describe('what a firewall rule spares', () => {
  it('is told in Japanese', () => {
    const prefixes = Array.from({ length: 12 }, (_, index) => `192.0.2.${index}/32`)
    const spared = sparedBy(parseFilter('len > 1000'), { prefixes, local_ports: [22, 8443] }, [])
    expect(spared.length).toBeGreaterThan(8)
    expect(untold(spared)).toEqual([])
    expect(spared.map(read)).toContain('エージェントのホストのTCPポート22（SSH）は対象外です')
  })
})
