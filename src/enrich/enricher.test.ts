// Batches through the enricher: what is filled, what is left alone, and that the cache never answers wrongly.
import { describe, expect, it } from 'vitest'
import { columnIndex, createFlowBatch, type BatchColumnName, type FlowBatch } from '../contract/flow-batch.ts'
import { direction } from '../contract/flow-columns.ts'
import { joinTables } from './enrich-tables.ts'
import { Enricher } from './enricher.ts'
import { packCountry } from './mmdb-source.ts'
import { compileOwnNetworks } from './own-networks.ts'
import { AddressRangeSet, type RangeLists } from './range-list.ts'
import { addressWords, lookUp, putAddress } from './testing/address-row.ts'

function listsOf(ranges: readonly (readonly [string, string, number])[]): RangeLists {
  const set = new AddressRangeSet()
  for (const [start, end, value] of ranges) set.add(addressWords(start), addressWords(end), value)
  return set.flatten()
}

const tables = joinTables({
  country: listsOf([
    ['0.0.0.0', '0.255.255.255', packCountry('ZZ')],
    ['1.0.0.0', '1.0.0.255', packCountry('AU')],
    ['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', packCountry('DE')],
  ]),
  asn: listsOf([
    ['1.0.0.0', '1.0.0.127', 13335],
    ['2001:db8::', '2001:db8:0:ffff:ffff:ffff:ffff:ffff', 64500],
  ]),
  own: compileOwnNetworks(['203.0.113.0/24', '2001:db8:1::/48']),
})

function batchOf(pairs: readonly (readonly [string, string])[]): FlowBatch {
  const batch = createFlowBatch(pairs.length + 1)
  for (const [row, [source, destination]] of pairs.entries()) {
    if (source !== '') putAddress(batch.columns.src_addr, row, source)
    if (destination !== '') putAddress(batch.columns.dst_addr, row, destination)
  }
  batch.rows = pairs.length
  batch.present[columnIndex.src_addr] = 1
  batch.present[columnIndex.dst_addr] = 1
  return batch
}

const marked = (batch: FlowBatch, ...names: BatchColumnName[]) => names.map((name) => batch.present[columnIndex[name]])
const filled: readonly BatchColumnName[] = ['src_as', 'dst_as', 'src_country', 'dst_country', 'direction', 'ethertype']

describe('Enricher', () => {
  it('fills country, AS number, direction and EtherType', () => {
    const batch = batchOf([
      ['1.0.0.1', '203.0.113.5'],
      ['203.0.113.5', '1.0.0.200'],
      ['2001:db8::7', '2001:db8:1::1'],
      ['2001:db8:1::1', '2001:db8:1::2'],
      ['198.51.100.1', '198.51.100.2'],
    ])
    new Enricher(tables).apply(batch, 0, batch.rows)
    const { columns } = batch
    expect([...columns.src_as]).toEqual([13335, 0, 64500, 0, 0, 0])
    expect([...columns.src_country].map((word) => (word === 0 ? '' : String.fromCharCode(word & 255, word >> 8)))).toEqual([
      'AU',
      '',
      'DE',
      'DE',
      '',
      '',
    ])
    expect([...columns.dst_country]).toEqual([0, packCountry('AU'), packCountry('DE'), packCountry('DE'), 0, 0])
    expect([...columns.direction]).toEqual([
      direction.inbound,
      direction.outbound,
      direction.inbound,
      direction.internal,
      direction.external,
      0,
    ])
    expect([...columns.ethertype]).toEqual([0x0800, 0x0800, 0x86dd, 0x86dd, 0x0800, 0])
    expect(marked(batch, ...filled)).toEqual([1, 0, 1, 1, 1, 1])
  })

  it('leaves what the exporter gave, also reserved AS numbers', () => {
    const batch = batchOf([
      ['1.0.0.1', '1.0.0.1'],
      ['1.0.0.1', '1.0.0.1'],
    ])
    batch.columns.src_as.set([64999, 23456])
    batch.columns.ethertype.set([0x8847, 0])
    new Enricher(tables).apply(batch, 0, batch.rows)
    expect([...batch.columns.src_as]).toEqual([64999, 23456, 0])
    expect([...batch.columns.dst_as]).toEqual([13335, 13335, 0])
    expect([...batch.columns.ethertype]).toEqual([0x8847, 0x0800, 0])
  })

  it('touches only the rows it is given', () => {
    const batch = batchOf([
      ['1.0.0.1', '1.0.0.1'],
      ['1.0.0.1', '1.0.0.1'],
      ['1.0.0.1', '1.0.0.1'],
    ])
    new Enricher(tables).apply(batch, 1, 2)
    expect([...batch.columns.src_as]).toEqual([0, 13335, 0, 0])
    expect([...batch.columns.direction]).toEqual([0, direction.external, 0, 0])
  })

  it('says nothing about missing addresses and marks no column for them', () => {
    const batch = batchOf([
      ['', ''],
      ['', '198.51.100.1'],
    ])
    new Enricher(tables).apply(batch, 0, batch.rows)
    expect([...batch.columns.direction]).toEqual([0, 0, 0])
    expect([...batch.columns.ethertype]).toEqual([0, 0x0800, 0])
    expect(marked(batch, ...filled)).toEqual([0, 0, 0, 0, 0, 1])
    const empty = createFlowBatch(2)
    empty.rows = 2
    new Enricher(tables).apply(empty, 0, 2)
    expect(empty.present).toEqual(createFlowBatch(2).present)
  })

  it('knows the all-zero addresses from an empty cache', () => {
    const batch = batchOf([
      ['0.0.0.0', '255.255.255.255'],
      ['0.0.0.9', '::1'],
    ])
    new Enricher(tables).apply(batch, 0, batch.rows)
    expect([...batch.columns.src_country]).toEqual([packCountry('ZZ'), packCountry('ZZ'), 0])
  })

  it('answers by the new tables after replace', () => {
    const enricher = new Enricher(tables)
    enricher.apply(batchOf([['1.0.0.1', '2001:db8::1']]), 0, 1)
    enricher.replace(
      joinTables({
        asn: listsOf([
          ['1.0.0.0', '1.0.0.255', 7],
          ['2001:db8::', '2001:db8::', 8],
        ]),
      }),
    )
    const batch = batchOf([['1.0.0.1', '2001:db8::1']])
    enricher.apply(batch, 0, 1)
    expect([batch.columns.src_as[0], batch.columns.dst_as[0], batch.columns.src_country[0]]).toEqual([7, 8, 0])
  })

  it('gives for 100 000 addresses, far more than the cache holds, what the tables hold', () => {
    const pairs = Array.from({ length: 50_000 }, (_, row) => {
      const spread = Math.imul(row, 0x9e3779b1) >>> 0
      const ipv6 = `2001:db8:${(spread >>> 30).toString(16)}:${(row & 0xffff).toString(16)}::${row.toString(16)}`
      return [
        `1.0.${spread >>> 31}.${spread & 255}`,
        row % 3 === 0 ? ipv6 : `0.${(spread >>> 8) & 255}.${(row >> 8) & 255}.${row & 255}`,
      ] as const
    })
    const batch = batchOf([...pairs, ...pairs])
    new Enricher(tables).apply(batch, 0, batch.rows)
    const wrong = [...pairs, ...pairs].filter(([source, destination], row) => {
      const [a, b] = [lookUp(tables, source), lookUp(tables, destination)]
      const country = (text: string) => (text === '' ? 0 : packCountry(text))
      return (
        batch.columns.src_as[row] !== a.asn ||
        batch.columns.dst_as[row] !== b.asn ||
        batch.columns.src_country[row] !== country(a.country) ||
        batch.columns.dst_country[row] !== country(b.country) ||
        (batch.columns.direction[row] === direction.inbound) !== b.own
      )
    })
    expect(wrong).toEqual([])
  })
})
