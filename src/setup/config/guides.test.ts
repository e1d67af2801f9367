// Walks every guide in every variant, protocol, family and rate: each renders whole.
import { describe, expect, it } from 'vitest'

import type { ConfigLine, ConfigPart, ConfigProtocol, RouterConfig, RouterConfigRequest } from '../../contract/router-config.ts'
import type { CollectorKind, GuideVariant, RouterGuide } from './guide.ts'
import { guideSummaries, routerGuides } from './guides.ts'
import { configText, routerConfig } from './render.ts'

const collectors: Readonly<Record<CollectorKind, string>> = { ipv4: '192.0.2.10', ipv6: '2001:db8::10', name: 'flows.example.net' }
const kinds = ['ipv4', 'ipv6', 'name'] as const
const port = 29_055
const names = ['eth7', 'eth8']

interface Case {
  readonly name: string
  readonly guide: RouterGuide
  readonly variant: GuideVariant
}

const cases: Case[] = routerGuides.flatMap((guide) =>
  guide.variants.map((variant) => ({ name: `${guide.id} ${variant.id}`, guide, variant })),
)

/** Every packet and some, where it samples, and what its sampler takes. */
function rates({ samples, rates: range }: GuideVariant, protocol: ConfigProtocol): number[] {
  return samples.includes(protocol) ? [range?.least ?? 1, Math.max(range?.least ?? 1, 100)] : [1]
}

/** Everything that can be asked of a variant, but the interfaces. */
function requests({ guide, variant }: Case): RouterConfigRequest[] {
  return variant.protocols.flatMap((protocol) =>
    (variant.collectors ?? kinds).flatMap((kind) =>
      rates(variant, protocol).flatMap((sampling) => {
        const request = { guide: guide.id, variant: variant.id, collector: collectors[kind], port, protocol, sampling }
        return [request, { ...request, router: kind === 'ipv6' ? '2001:db8::1' : '192.0.2.1' }]
      }),
    ),
  )
}

const linesOf = (parts: readonly ConfigPart[]) => parts.flatMap(({ lines }) => lines)

function allTexts(config: RouterConfig): string[] {
  const parts = [...config.parts, ...config.undo]
  const lines = [...linesOf(parts), ...config.verify].flatMap(({ text, why }) => [text, why])
  const troubles = config.troubles.flatMap(({ text, command }) => [text, command])
  return [...parts.flatMap(({ title, where }) => [title, where]), ...lines, ...config.notes, ...troubles]
}

/** Lines that neither say what they do nor follow one that does. Empty ones and closing marks need no reason. */
function unexplained(lines: readonly ConfigLine[]): string[] {
  return lines.filter(({ text, why }, at) => why === '' && /\w/.test(text) && (lines[at - 1]?.why ?? '') === '').map(({ text }) => text)
}

describe('guides', () => {
  it('are listed by id, each once', () => {
    const ids = routerGuides.map(({ id }) => id)
    expect(ids).toEqual([...new Set(ids)].toSorted())
    expect(guideSummaries().map(({ id }) => id)).toEqual(ids)
  })

  it.each(cases)('$name is sound in itself', ({ guide, variant }) => {
    expect(variant.protocols).toEqual(expect.arrayContaining([...variant.samples]))
    expect(variant.protocols).not.toHaveLength(0)
    expect(guide.variants.filter(({ id }) => id === variant.id)).toHaveLength(1)
    expect(guide.sources).not.toHaveLength(0)
  })

  it.each(cases)('$name renders whatever is asked of it', (each) => {
    expect(requests(each).flatMap((request) => faultsOf(request, routerConfig(request)))).toEqual([])
  })

  it.each(cases)('$name says what its lines do', (each) => {
    const silent = requests(each).flatMap((request) => {
      const { parts, undo, verify } = routerConfig({ ...request, interfaces: names.slice(0, 1) })
      return [...parts.map(({ lines }) => lines), ...undo.map(({ lines }) => lines), verify].flatMap(unexplained)
    })
    expect([...new Set(silent)]).toEqual([])
  })

  it.each(cases)('$name sets up every interface', (each) => {
    // {interface} without `each` is the first one only, as the interface that leads to the collector.
    const isNamed = /"each":"interface"|\{interfaces\}/.test(JSON.stringify(each.variant.parts))
    const forgotten = (isNamed ? requests(each) : []).flatMap((request) => {
      const { parts } = routerConfig({ ...request, interfaces: names })
      const text = parts.map((part) => `${part.where}\n${configText(part)}`).join('')
      return names.filter((name) => !text.includes(name))
    })
    expect(forgotten).toEqual([])
  })
})

/** What is missing or left over in a rendered guide, with the request. */
function faultsOf({ collector, protocol, router, sampling }: RouterConfigRequest, config: RouterConfig): string[] {
  const asked = `${protocol} to ${collector} from ${router} at ${sampling}: `
  const text = config.parts.map(configText).join('')
  const left = allTexts(config).filter((each) => /\{[a-z_]+\}|\n|\s$/.test(each))
  return [
    ...left.map((each) => `${asked}left in ${each}`),
    ...(text.includes(collector) ? [] : [`${asked}collector`]),
    ...(text.includes(String(port)) ? [] : [`${asked}port`]),
    ...(config.undo.length > 0 && config.undo.every(({ lines }) => lines.length > 0) ? [] : [`${asked}undo`]),
    ...(config.verify.length > 0 ? [] : [`${asked}verify`]),
  ]
}
