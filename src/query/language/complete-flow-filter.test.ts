import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { namesOf } from '../dimension-names.ts'
import { flowDimensions } from '../flow-dimensions.ts'
import { completeFlowFilter } from './complete-flow-filter.ts'
import { parseFlowFilter } from './parse-flow-filter.ts'

/** `|` is the cursor. */
function complete(marked: string) {
  const at = marked.indexOf('|')
  const text = marked.replace('|', '')
  const completion = completeFlowFilter(text, at)
  return {
    ...completion,
    field: completion.field?.name,
    replaced: text.slice(completion.from, completion.to),
    words: completion.candidates.map(({ text }) => text),
  }
}

describe('completion of a flow filter', () => {
  it.each<readonly [string, object, string[]]>([
    ['|', { kind: 'field', prefix: '' }, ['src', 'dst', 'src_port', 'not', '(']],
    ['src|', { kind: 'field', prefix: 'src', replaced: 'src' }, ['src', 'src_port', 'src_as', 'src_country', 'src_addr']],
    ['SRC_P|ort 53', { kind: 'field', prefix: 'SRC_P', replaced: 'SRC_Port' }, ['src_port']],
    ['sourceA|', { kind: 'field' }, ['sourceAddress', 'sourceAS']],
    ['ud|', { kind: 'field' }, ['udp', 'udplite']],
    ['tcp and |', { kind: 'field', prefix: '' }, ['src']],
    ['not (|', { kind: 'field' }, ['src']],
    ['src_as |', { kind: 'operator', field: 'sourceAS', prefix: '' }, ['==', '!=', 'in', '>=']],
    ['proto |', { kind: 'operator', field: 'protocol' }, ['==', 'tcp', 'udp', 'eigrp']],
    ['proto u|', { kind: 'operator', field: 'protocol', prefix: 'u', replaced: 'u' }, ['udp', 'udplite', 'uti']],
    ['direction == |', { kind: 'value', field: 'direction' }, ['unknown', 'inbound', 'outbound']],
    ['direction in {inbound, o|', { kind: 'value', field: 'direction', prefix: 'o', replaced: 'o' }, ['outbound']],
    [
      'direction "in|bound" and tcp',
      { kind: 'operator', field: 'direction', prefix: 'in', replaced: '"inbound"' },
      ['in', 'inbound', 'internal'],
    ],
    ['src port 5|', { kind: 'operator', field: 'sourcePort', prefix: '5' }, []],
    ['src port in {53, |', { kind: 'value', field: 'sourcePort' }, []],
    ['src net 10.0|', { kind: 'operator', field: 'sourceAddress', prefix: '10.0', replaced: '10.0' }, []],
    ['as 13|335 or tcp', { kind: 'operator', field: 'sourceAS', prefix: '13', replaced: '13335' }, []],
    ['router like "192|', { kind: 'value', field: 'routerAddress', prefix: '192', replaced: '"192' }, []],
    ['flags s|', { kind: 'operator', field: 'tcpFlags' }, ['syn']],
    ['flags syn,!|', { kind: 'value', field: 'tcpFlags' }, ['fin', 'ack']],
    ['rule |', { kind: 'operator', field: 'ruleIDs' }, ['any', 'none']],
    ['src_port 53 |', { kind: 'joint' }, ['and', 'or']],
    ['(src_port 53 |', { kind: 'joint' }, ['and', 'or', ')']],
    ['src_port in {53 |', { kind: 'joint' }, [',', '}']],
    ['udp |', { kind: 'joint' }, ['and', 'or', 'port', 'src_port', 'dst_port']],
    ['udp src port |', { kind: 'operator', field: 'sourcePort' }, ['==']],
    ['nonsense |', { kind: 'operator', field: undefined }, ['==', 'like', '<']],
    ['; drop table " src_as |', { kind: 'joint', replaced: '" src_as ' }, []],
    ['%% src_as 5 !! and | ) ) "', { kind: 'field', prefix: '' }, ['src']],
  ])('at %s', (marked, expected, words) => {
    const found = complete(marked)
    expect(found).toMatchObject(expected)
    expect(found.words).toEqual(expect.arrayContaining(words))
    // No word is one of these: the values are those of the traffic.
    expect(words.length === 0 && found.kind === 'operator' ? found.words : []).toEqual([])
  })

  it('offers every dimension that can be asked for by its short name, with what it is', () => {
    const { candidates } = complete('|')
    for (const dimension of flowDimensions.filter(({ type }) => type !== 'named')) {
      const found = candidates.find(({ text }) => text === namesOf(dimension)[0])
      expect(found).toEqual({ text: namesOf(dimension)[0], description: dimension.description, kind: 'field' })
    }
    expect(candidates.every(({ description }) => description !== '')).toBe(true)
    expect(new Set(candidates.map(({ text }) => text)).size).toBe(candidates.length)
  })

  it('offers what a filter can begin with, go on with and end with', () => {
    const values = [
      '203.0.113.7',
      '5',
      'DE',
      'udp',
      'inbound',
      'none',
      '02:00:5e:10:00:01',
      '2026-01-01',
      '"SYN"',
      '"x"',
      'sflow5',
      'ingress',
      'record',
      'gre',
    ]
    for (const { text } of complete('|').candidates.filter(({ text }) => text !== 'not' && text !== '(')) {
      const reads = values.filter((value) => isRead(`${text} ${value}`))
      expect({ text, reads }).not.toEqual({ text, reads: [] })
      const joints = complete(`${text} ${reads[0]} |`).candidates
      expect(joints.filter((joint) => !isRead(`${text} ${reads[0]} ${joint.text} tcp`))).toEqual([])
    }
  })

  it('never fails, whatever stands before and behind', () => {
    const pieces = fc.constantFrom(
      'src',
      ' ',
      'port',
      '"',
      '{',
      '}',
      '(',
      ')',
      ',',
      'not',
      '!',
      'in',
      'like',
      '5',
      '10.0.0.0/8',
      'é',
      '\0',
      '😀',
      '&',
      '==',
      'udp',
      'and',
      '\n',
    )
    const texts = fc.oneof(
      fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(texts, fc.oneof(fc.integer(), fc.double(), fc.nat(60)), (text, at) => {
        const { from, to, prefix } = completeFlowFilter(text, at)
        expect(0 <= from && from <= to && to <= text.length).toBe(true)
        expect(text.slice(from, to)).toContain(prefix)
      }),
      { seed: 8, numRuns: 200 },
    )
  })
})

function isRead(text: string): boolean {
  try {
    parseFlowFilter(text)
    return true
  } catch {
    return false
  }
}
