// Tests which types variables get from the places where they are used.
import { buildSchema, parse, print, validate } from 'graphql/index.js'
import { describe, expect, it } from 'vitest'
import { graphqlSdl } from './sdl.ts'
import { withVariableTypes } from './variable-types.ts'

const schema = buildSchema(graphqlSdl())

function rewritten(variables: string, body: string): string[] {
  const document = withVariableTypes(parse(`query Q(${variables}) { ${body} }`), schema)
  expect(validate(schema, document)).toEqual([])
  const header = /\(([^)]*)\)/.exec(print(document))?.[1] ?? ''
  return header.split(', ')
}

const groups = (args: string) => `viewer { accounts(filter: {accountTag: "a"}) { mnmFlowDataAdaptiveGroups(${args}) { sum { bits } } } }`

describe('withVariableTypes', () => {
  it.each([
    ['$a: String!', '$a: string!'],
    ['$a: string!', '$a: string!'],
    ['$a: String', '$a: string!'],
    ['$a: ID!', '$a: string!'],
    ['$a: String = "x"', '$a: string! = "x"'],
  ])('account tag %s becomes %s', (declared, type) => {
    expect(rewritten(declared, 'viewer { accounts(filter: {accountTag: $a}) { accountTag } }')).toEqual([type])
  })

  it.each([
    ['$n: Int!', '$n: uint64!'],
    ['$n: Int', '$n: uint64!'],
    ['$n: uint64!', '$n: uint64!'],
    ['$n: uint16 = 5', '$n: uint64! = 5'],
  ])('limit %s becomes %s', (declared, type) => {
    expect(rewritten(declared, groups('filter: {}, limit: $n'))).toEqual([type])
  })

  it('goes by the field for times, ports and lists', () => {
    const variables = '$s: String, $e: Time!, $d: String!, $p: [Int!], $q: Int, $r: [String!]!, $b: Boolean'
    const filter =
      '{datetime_geq: $s, datetime_lt: $e, date: $d, sourcePort_in: $p, AND: [{sourcePort: $q}], ruleIDs_hasall: $r, ruleIDs_isempty: $b}'
    expect(rewritten(variables, groups(`filter: ${filter}, limit: 1`))).toEqual([
      '$s: Time',
      '$e: Time!',
      '$d: Date!',
      '$p: [uint16!]',
      '$q: uint16',
      '$r: [string!]!',
      '$b: bool',
    ])
  })

  it('reaches into lists and fragments', () => {
    const document = parse(
      'query Q($r: String!, $n: Int) { viewer { ...A } } fragment A on viewer { accounts { mnmFlowDataAdaptiveGroups(filter: {sourceAddress_in: [$r]}, limit: $n) { sum { bits } } } }',
    )
    const result = withVariableTypes(document, schema)
    expect(validate(schema, result)).toEqual([])
    expect(print(result)).toContain('query Q($r: string!, $n: uint64!)')
  })

  it('takes the whole filter and the order as variables', () => {
    const type = 'AccountMnmFlowDataAdaptiveGroups'
    const variables = `$f: ${type}Filter_InputObject, $o: [${type}OrderBy!]`
    expect(rewritten(variables, groups('filter: $f, limit: 1, orderBy: $o'))).toEqual([
      `$f: ${type}Filter_InputObject!`,
      `$o: [${type}OrderBy!]`,
    ])
  })

  it('is required where one of its uses requires it', () => {
    expect(
      rewritten(
        '$a: String',
        `viewer { accounts(filter: {accountTag: $a}) { mnmFlowDataAdaptiveGroups(filter: {sourceAddress: $a}, limit: 1) { sum { bits } } } }`,
      ),
    ).toEqual(['$a: string!'])
  })

  it('leaves what does not fit to validation', () => {
    const wrong = [
      'query Q($n: String!) { ' + groups('filter: {}, limit: $n') + ' }',
      'query Q($a: Nope) { viewer { accounts(filter: $a) { accountTag } } }',
    ]
    for (const text of wrong) {
      const document = withVariableTypes(parse(text), schema)
      expect(print(document)).toBe(print(parse(text)))
      expect(validate(schema, document)).not.toEqual([])
    }
  })
})
