import { describe, expect, it } from 'vitest'
import { flowDimension } from '../../query/flow-dimensions.ts'
import type { DimensionValue } from '../../query/dimension-kinds.ts'
import type { FlowNames } from '../../query/flow-names.ts'
import { parseFlowFilter } from '../../query/language/parse-flow-filter.ts'
import { isLabelled, labelsOf, onlyRouter } from './labels.ts'

const names: FlowNames = {
  as: (number) => (number === 13_335 ? 'CLOUDFLARENET' : undefined),
  router: (address) => (address === '192.0.2.1' ? 'core-1' : undefined),
  interface: (router, index) => (router === '192.0.2.1' && index === 3 ? 'xe-0/0/3' : undefined),
  rule: (id) => ({ aa: 'web', bb: 'mail' })[id],
}

function dimension(name: string) {
  const found = flowDimension(name)
  if (found === undefined) throw new Error(`there is no dimension ${name}`)
  return found
}

function labels(key: Record<string, DimensionValue>, router?: string) {
  return labelsOf(new Map(Object.entries(key).map(([name, value]) => [dimension(name), value])), names, router)
}

describe('names beside the values of a key', () => {
  it('are those that are known', () => {
    const key = { sourceAS: 13_335, destinationAS: 64_500, routerAddress: '192.0.2.1', ruleIDs: ['bb', 'cc', 'aa'], protocol: 17 }
    expect(labels(key)).toEqual({ sourceAS: 'CLOUDFLARENET', routerAddress: 'core-1', ruleIDs: 'mail, web', protocol: 'UDP' })
    expect(labels({ ruleIDs: [], protocol: 255, sourceAddress: '192.0.2.1', sourcePort: 3 })).toEqual({})
  })

  it('of interfaces need their router, in the key or in the filter', () => {
    expect(labels({ inputInterface: 3 })).toEqual({})
    expect(labels({ inputInterface: 3 }, '192.0.2.1')).toEqual({ inputInterface: 'xe-0/0/3' })
    expect(labels({ inputInterface: 3, outputInterface: 4, routerAddress: '192.0.2.1' })).toMatchObject({ inputInterface: 'xe-0/0/3' })
    expect(labels({ inputInterface: 3, routerAddress: '192.0.2.2' }, '192.0.2.1')).toEqual({})
  })

  it('are not beside values that are names', () => {
    expect(['protocol', 'protocolString', 'sourceAS', 'sourceASName', 'date'].map((name) => isLabelled(dimension(name)))).toEqual([
      true,
      false,
      true,
      false,
      false,
    ])
  })
})

describe('the only router of a filter', () => {
  it.each([
    ['', undefined],
    ['router 192.0.2.1', '192.0.2.1'],
    ['src_as 13335 and (router 2001:DB8::1 and proto udp)', '2001:db8::1'],
    ['router 192.0.2.1 or proto udp', undefined],
    ['router in {192.0.2.1, 192.0.2.2}', undefined],
    ['router != 192.0.2.1', undefined],
    ['router 192.0.2.0/24', undefined],
  ])('of %j is %j', (text, router) => {
    expect(onlyRouter(parseFlowFilter(text))).toBe(router)
  })
})
