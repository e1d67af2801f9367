// Whether everything is said in Japanese, and nothing in English but names and what is typed.
import { describe, expect, it } from 'vitest'
import { coreMessages as englishCore } from './en/core.ts'
import { pageMessages as englishPages } from './en/pages.ts'
import { coreMessages as japaneseCore } from './ja/core.ts'
import { pageMessages as japanesePages } from './ja/pages.ts'

const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u
const sentence = /[a-z]{2,} [a-z]{2,} [a-z]{2,}/i

/** Of products, protocols, formats, keys and units: the same in every language. */
const names = new Set(
  `AS BGP Ceph Chat Cloudflare CSV Ctrl Datadog Discord Drawbridge DSCP English Feishu FlowSpec Google Grafana GraphiQL GraphQL ICMP ICMPv ID
  IPFIX JSON Lines MAC Microsoft MinIO MTU NDJSON NetFlow Opsgenie PagerDuty Parquet SHA sFlow Slack Splunk SQL Suricata SYN Syslog ACK RST
  TCP Teams Terraform TTL UDP URL UTC VLAN VRF Webhook Wireshark nftables pcap pcapng tcpdump ifIndex hex pps bit byte Gbit Mbit kbit Mb Gb kB MB
  GB TB ms min db`.split(/\s+/),
)

/** What is typed or pasted: commands, addresses, filters, the name of a rule, names of routers to look for. */
const typed = [
  /^(\.\/bin|npm|systemctl|sysctl|curl|s3:\/\/|dst |src )/,
  /^[\w-]+(\.[\w-]+)+$/,
  /^web-servers/,
  /^Catalyst, /,
  /^terraform-/,
  /^ja-JP$/,
]
/** Three words and more that are a name or a command inside of a sentence. */
const quoted = /Google Cloud Storage|\.\/bin\/drawbridge [a-z ]+/

const isName = (text: string): boolean =>
  typed.some((pattern) => pattern.test(text)) || text.split(/[^A-Za-z]+/).every((word) => word.length < 2 || names.has(word))

/** Stands for an object: whatever is asked of it is it again, and as a text it is `§`. */
const anything: unknown = new Proxy({}, { get: (_target, key) => (key === Symbol.toPrimitive ? () => '§' : anything) })
/** Of messages with parameters: all of them are one of these. */
const samples: Readonly<Record<string, unknown>> = { text: '§', zero: 0, one: 1, many: 2, list: ['§'], object: anything }

type Text = readonly [place: string, text: string]

/** What a message says, which may be a sentence, several by name, or made from parameters. */
function textsOf(message: unknown, place: string): Text[] {
  if (typeof message === 'string') return [[place, message]]
  // Messages take parameters of any type.
  if (typeof message === 'function') return textsByParameters(message as (...values: unknown[]) => unknown, place)
  if (typeof message !== 'object' || message === null || message === anything) return []
  return Object.entries(message).flatMap(([key, part]) => textsOf(part, `${place}.${key}`))
}

function textsByParameters(message: (...values: unknown[]) => unknown, place: string): Text[] {
  const found = Object.entries(samples).flatMap(([name, sample]) => {
    try {
      return textsOf(message(...Array.from({ length: Math.max(1, message.length) }, () => sample)), `${place}(${name})`)
    } catch {
      // It takes another type.
      return []
    }
  })
  if (found.length === 0) throw new Error(`no sample fits ${place}`)
  return found
}

const textsOfAll = (core: unknown, pages: unknown): Text[] => [...textsOf(core, 'core'), ...textsOf(pages, 'pages')]
const placesOf = (texts: readonly Text[]) => new Set(texts.map(([place]) => place.replace(/\(.*\)/, '')))

describe('the Japanese catalogue', () => {
  const said = textsOfAll(japaneseCore, japanesePages)
  const pattern = textsOfAll(englishCore, englishPages)

  it('has every text of the English one', () => {
    expect(placesOf(said)).toEqual(placesOf(pattern))
    expect(said.length).toBeGreaterThan(1000)
  })

  it('says all of it in Japanese', () => {
    expect(said.filter(([, text]) => !japanese.test(text) && !isName(text.replaceAll('NaN', '')))).toEqual([])
  })

  it('leaves no English words in a Japanese sentence', () => {
    expect(said.filter(([, text]) => japanese.test(text) && sentence.test(text.replace(quoted, '')))).toEqual([])
  })

  it('begins or ends no text with a space', () => {
    expect(said.filter(([, text]) => text !== text.trim())).toEqual([])
  })
})
