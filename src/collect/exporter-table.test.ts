// What routers may make a collector remember: templates shared and bounded, and all of it let go with the router.
import { beforeEach, describe, expect, it } from 'vitest'
import type { RegisteredRouter } from '../contract/collector-status.ts'
import { exportProtocol } from '../contract/flow-columns.ts'
import { compileTemplate, type FlowTemplate, type TemplateField } from '../wire/template.ts'
import type { Exporter } from './exporter.ts'
import { maxDomains } from './exporter.ts'
import { ExporterTable } from './exporter-table.ts'

const protocol = exportProtocol.ipfix
let table: ExporterTable

beforeEach(() => {
  table = new ExporterTable({ templates: 20, samplers: 10, domains: 1000 })
  table.register([router('192.0.2.1'), router('192.0.2.2')])
})

function router(address: string): RegisteredRouter {
  return { account: 1, address, samplingOverride: null, accountSampling: 1 }
}

function exporter(address: string): Exporter {
  const found = table.findByText(address)
  if (found === undefined) throw new Error(`${address} is not registered`)
  return found
}

function fields(...elements: readonly number[]): TemplateField[] {
  return elements.map((element) => ({ element, enterprise: 0, length: 4 }))
}

function announce(address: string, id: number, template: FlowTemplate, { domain = 0, now = 0 } = {}): void {
  exporter(address).domain(protocol, domain).templates.set(id, { template, seenAt: now, toldAt: now })
}

function ids(address: string, domain = 0): number[] {
  return [...exporter(address).domain(protocol, domain).templates.entries()].map(([id]) => id)
}

describe('equal templates', () => {
  it('are kept once for all routers, whatever their id', () => {
    announce('192.0.2.1', 256, compileTemplate(256, fields(8, 12), null))
    announce('192.0.2.2', 300, compileTemplate(300, fields(8, 12), null))
    const [[, first] = []] = exporter('192.0.2.1').domain(protocol, 0).templates.entries()
    const [[, second] = []] = exporter('192.0.2.2').domain(protocol, 0).templates.entries()
    expect(second?.template).toBe(first?.template)
    expect(table.budgets.definitions.size).toBe(1)
    expect(table.budgets.definitions.compile(400, fields(8, 12), null)).toBe(first?.template)
  })

  it('differ by order, scope, length and enterprise', () => {
    const { definitions } = table.budgets
    const known = definitions.hold(definitions.compile(256, fields(8, 12), null))
    for (const [others, scope] of [
      [fields(12, 8), null],
      [fields(8, 12), 1],
      [
        [
          { element: 8, enterprise: 0, length: 4 },
          { element: 12, enterprise: 9, length: 4 },
        ],
        null,
      ],
      [
        [
          { element: 8, enterprise: 0, length: 4 },
          { element: 12, enterprise: 0, length: 2 },
        ],
        null,
      ],
    ] as const)
      expect(definitions.compile(256, others, scope)).not.toBe(known)
  })

  it('are let go by the last who holds them', () => {
    const template = compileTemplate(256, fields(8), null)
    for (const address of ['192.0.2.1', '192.0.2.2']) announce(address, 256, template)
    exporter('192.0.2.1').domain(protocol, 0).templates.delete(256)
    expect(table.budgets.definitions.size).toBe(1)
    announce('192.0.2.2', 256, compileTemplate(256, fields(12), null))
    expect(table.budgets.definitions.size).toBe(1)
    exporter('192.0.2.2').release()
    expect(table.budgets.definitions.size).toBe(0)
  })
})

describe('the limit over all routers', () => {
  it('takes from the router with most templates the one not announced for longest', () => {
    announce('192.0.2.2', 256, compileTemplate(256, fields(8), null))
    for (let id = 256; id < 275; id++) announce('192.0.2.1', id, compileTemplate(id, fields(id), null))
    exporter('192.0.2.1').domain(protocol, 0).templates.repeat(256, 5)
    announce('192.0.2.1', 300, compileTemplate(300, fields(8), null))
    expect(ids('192.0.2.1')).not.toContain(257)
    expect(ids('192.0.2.1')).toEqual(expect.arrayContaining([256, 258, 300]))
    announce('192.0.2.2', 257, compileTemplate(257, fields(12), null))
    expect(ids('192.0.2.2')).toEqual([256, 257])
    expect(ids('192.0.2.1')).toHaveLength(18)
    expect(table.budgets.templates).toMatchObject({ used: 20, evictions: 2 })
  })

  it('counts a template of many fields several times', () => {
    const large = Array.from({ length: 200 }, (_, i) => ({ element: i + 1, enterprise: 0, length: 1 }))
    announce('192.0.2.1', 256, compileTemplate(256, large, null))
    expect(table.budgets.templates.used).toBe(7)
    announce('192.0.2.1', 256, compileTemplate(256, fields(8), null))
    expect(table.budgets.templates.used).toBe(1)
  })

  it('holds for samplers', () => {
    for (let id = 0; id < 50; id++) exporter('192.0.2.1').domain(protocol, 0).samplers.set(id, 100)
    exporter('192.0.2.2').domain(protocol, 0).samplers.set(1, 100)
    expect(exporter('192.0.2.1').domain(protocol, 0).samplers.size).toBe(9)
    expect(exporter('192.0.2.1').domain(protocol, 0).samplers.has(49)).toBe(true)
  })
})

describe('a router', () => {
  it('has a bounded number of domains and frees what they held', () => {
    for (let domain = 0; domain < maxDomains + 10; domain++) {
      announce('192.0.2.1', 256, compileTemplate(256, fields(8), null), { domain })
      exporter('192.0.2.1').domain(protocol, domain).samplers.set(1, 2)
    }
    expect([...exporter('192.0.2.1').domains()]).toHaveLength(maxDomains)
    expect(table.budgets.domains.used).toBe(maxDomains)
    expect(table.budgets.evicted.domains).toBe(10)
    expect(table.budgets.templates.used).toBe(20)
  })

  it('that is no longer registered holds nothing, and is told of', () => {
    announce('192.0.2.1', 256, compileTemplate(256, fields(8), null))
    exporter('192.0.2.1').domain(protocol, 1).samplers.set(1, 2)
    const gone = table.register([router('192.0.2.2')])
    expect(gone.map(({ address }) => address)).toEqual(['192.0.2.1'])
    const { templates, samplers, domains, definitions } = table.budgets
    expect([templates.used, samplers.used, domains.used, definitions.size]).toEqual([0, 0, 0, 0])
    expect(table.findByText('192.0.2.1')).toBeUndefined()
  })

  it('that stays registered keeps what it told', () => {
    announce('192.0.2.1', 256, compileTemplate(256, fields(8), null))
    table.register([{ ...router('192.0.2.1'), accountSampling: 10 }, router('192.0.2.3')])
    expect(ids('192.0.2.1')).toEqual([256])
    expect(exporter('192.0.2.1').fallbackRate).toBe(10)
  })
})

describe('the templates of a domain', () => {
  it('expire by when they were announced last', () => {
    const { templates } = exporter('192.0.2.1').domain(protocol, 0)
    for (const id of [256, 257, 258]) announce('192.0.2.1', id, compileTemplate(id, fields(8), null), { now: id })
    templates.repeat(256, 300)
    templates.expire(258)
    expect([...templates.entries()].map(([id]) => id)).toEqual([258, 256])
  })

  it('go by kind when all of a kind are withdrawn', () => {
    const { templates } = exporter('192.0.2.1').domain(protocol, 0)
    expect(templates.deleteKind('options')).toEqual([])
    announce('192.0.2.1', 256, compileTemplate(256, fields(8), null))
    announce('192.0.2.1', 257, compileTemplate(257, fields(8, 34), 1))
    expect(templates.deleteKind('options')).toEqual([257])
    expect(ids('192.0.2.1')).toEqual([256])
    expect(table.budgets.templates.used).toBe(1)
  })

  it('give up the one not announced for longest, of whichever kind', () => {
    const { templates } = exporter('192.0.2.1').domain(protocol, 0)
    announce('192.0.2.1', 256, compileTemplate(256, fields(8), null), { now: 2 })
    announce('192.0.2.1', 257, compileTemplate(257, fields(8, 34), 1), { now: 1 })
    expect(templates.oldest()).toBe(257)
    templates.repeat(257, 3)
    expect(templates.oldest()).toBe(256)
  })
})
