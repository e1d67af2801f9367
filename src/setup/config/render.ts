// Fills in a router's guide: commands to paste for one collector, with what each line does.
import { formatHostPort } from '../../base/host-port.ts'
import { suggestion } from '../../base/nearest-name.ts'
import type {
  ConfigLine,
  ConfigPart,
  ConfigProtocol,
  ConfigTrouble,
  RouterConfig,
  RouterConfigRequest,
} from '../../contract/router-config.ts'
import { configAdvice, samplingRemark } from './config-advice.ts'
import { configValues, type ConfigValues } from './config-values.ts'
import type { GuideCondition, GuideLine, GuidePart, GuideTrouble, GuideVariant, RouterGuide } from './guide.ts'
import { routerGuides } from './guides.ts'
import { RouterConfigError } from './router-config-error.ts'

type Placeholders = Readonly<Record<string, string | number | undefined>>

/** What decides over a guide's lines, and what fills them in. */
interface Filling {
  readonly protocol: ConfigProtocol
  readonly sampled: boolean
  readonly family: 4 | 6
  readonly router: boolean
  readonly interfaces: readonly string[]
  readonly values: Placeholders
}

/** NetFlow's number in the commands of most systems; IPFIX is version 10 (RFC 7011 §3.1). */
const versions: Readonly<Record<ConfigProtocol, number>> = { netflow5: 5, netflow9: 9, ipfix: 10, sflow5: 5 }

/** @throws RouterConfigError for an unknown guide, or a value that cannot be used */
export function routerConfig(request: RouterConfigRequest): RouterConfig {
  return filledGuide(knownGuide(request.guide), request)
}

/**
 * The same for a guide at hand.
 * @throws RouterConfigError for a value that cannot be used; Error for a guide with a placeholder that does not exist
 */
export function filledGuide(guide: RouterGuide, request: RouterConfigRequest): RouterConfig {
  const values = configValues(request, guide)
  const { variant, protocol, collector, port, router, interfaces } = values
  const advice = configAdvice(variant, protocol, values.linkMbps)
  const sampling = values.sampling ?? advice.sampling
  const filling = fillingOf(values, sampling)
  return {
    guide: guide.id,
    variant: variant.id,
    title: configTitle(guide, variant),
    protocol,
    collector,
    port,
    router,
    interfaces,
    sampling,
    advice,
    parts: filledParts(variant.parts, filling),
    verify: filledLines(variant.verify, filling),
    undo: filledParts(variant.undo, filling),
    notes: [...samplingRemark(sampling), ...shown(variant.notes, filling).map((note) => filled(note.text, filling.values))],
    troubles: shown(variant.troubles, filling).map((trouble) => filledTrouble(trouble, filling)),
  }
}

/** What is pasted, or saved as a file: the lines, each with its end. */
export function configText(part: ConfigPart): string {
  return part.lines.map(({ text }) => `${text}\n`).join('')
}

function knownGuide(id: string): RouterGuide {
  const guide = routerGuides.find((each) => each.id === id)
  if (guide !== undefined) return guide
  const ids = routerGuides.map((each) => each.id)
  throw new RouterConfigError('guide', `there is no guide ${JSON.stringify(id.slice(0, 64))}${suggestion(id, ids)}`)
}

function configTitle(guide: RouterGuide, variant: GuideVariant): string {
  return guide.variants.length === 1 ? guide.title : variant.title
}

function fillingOf(values: ConfigValues, sampling: number): Filling {
  const { protocol, kind, interfaces, router } = values
  return {
    protocol,
    interfaces,
    sampled: sampling > 1,
    family: kind === 'ipv6' ? 6 : 4,
    router: router !== null,
    values: placeholders(values, sampling),
  }
}

function placeholders({ variant, protocol, collector, port, router, interfaces, linkMbps }: ConfigValues, sampling: number): Placeholders {
  const { active_timeout: active, inactive_timeout: inactive } = configAdvice(variant, protocol, linkMbps)
  return {
    collector,
    port,
    sampling,
    active,
    inactive,
    skipped: sampling - 1,
    router: router ?? undefined,
    version: versions[protocol],
    collector_port: formatHostPort({ host: collector, port }),
    collector_dashes: collector.replaceAll(/[.:]/g, '-'),
    interface: interfaces[0],
    interfaces: interfaces.join(','),
    active_ms: active * 1000,
    inactive_ms: inactive * 1000,
    link_mbps: linkMbps,
  }
}

function filledParts(parts: readonly GuidePart[], filling: Filling): ConfigPart[] {
  return shown(parts, filling).flatMap((part) =>
    part.each === undefined
      ? filledPart(part, filling)
      : filling.interfaces.map((name, index) => filledPart(part, onlyFor(name, index, filling))),
  )
}

function onlyFor(name: string, index: number, filling: Filling): Filling {
  return { ...filling, interfaces: [name], values: { ...filling.values, interface: name, index: index + 1 } }
}

function filledPart(part: GuidePart, filling: Filling): ConfigPart {
  const { title, kind, where } = part
  return { title: filled(title, filling.values), kind, where: filled(where, filling.values), lines: filledLines(part.lines, filling) }
}

/** Lines next to each other that come once for each interface are repeated together: first all of one interface. */
function filledLines(lines: readonly GuideLine[], filling: Filling): ConfigLine[] {
  const groups: GuideLine[][] = []
  for (const line of shown(lines, filling)) {
    const last = groups.at(-1)
    if (line.each !== undefined && last?.[0]?.each === line.each) last.push(line)
    else groups.push([line])
  }
  return groups.flatMap((group) =>
    group[0]?.each === undefined ? group.map((line) => filledLine(line, filling.values)) : repeated(group, filling),
  )
}

/** What a line does is said for the first interface only. */
function repeated(group: readonly GuideLine[], filling: Filling): ConfigLine[] {
  return filling.interfaces.flatMap((name, index) => {
    const { values } = onlyFor(name, index, filling)
    return group.map((line) => filledLine(index === 0 ? line : { text: line.text }, values))
  })
}

function filledLine({ text, why = '' }: GuideLine, values: Placeholders): ConfigLine {
  return { text: filled(text, values), why: filled(why, values) }
}

function filledTrouble({ step, text, command = '' }: GuideTrouble, { values }: Filling): ConfigTrouble {
  return { step, text: filled(text, values), command: filled(command, values) }
}

function shown<T extends { readonly when?: GuideCondition }>(all: readonly T[], filling: Filling): T[] {
  return all.filter(({ when }) => when === undefined || holds(when, filling))
}

function holds({ protocols, sampled, family, router }: GuideCondition, filling: Filling): boolean {
  return (
    (protocols?.includes(filling.protocol) ?? true) &&
    (sampled ?? filling.sampled) === filling.sampled &&
    (family ?? filling.family) === filling.family &&
    (router ?? filling.router) === filling.router
  )
}

function filled(text: string, values: Placeholders): string {
  return text.replaceAll(/\{\{|\}\}|\{([a-z_]+)\}|[{}]/g, (found, name: string | undefined) => {
    if (found === '{{' || found === '}}') return found.slice(1)
    const value = name === undefined ? undefined : values[name]
    if (value === undefined) throw new Error(`a guide says ${found}, which nothing fills in: ${text}`)
    return String(value)
  })
}
