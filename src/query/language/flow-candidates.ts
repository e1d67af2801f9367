// Words that can stand in a flow filter, with what they mean.
import type { FlowCompletionView } from '../../contract/flow-question.ts'
import { namesOf } from '../dimension-names.ts'
import { flowDimensions, type BaseDimension } from '../flow-dimensions.ts'
import { protocolName } from '../protocol-names.ts'
import type { FilterPlace } from './filter-places.ts'
import { eitherSides, fieldNamed, wholeConditions } from './flow-fields.ts'
import { flagBits, hasFlags, valuesOf, type ValueRules } from './flow-values.ts'

export type FlowCandidate = FlowCompletionView['candidates'][number]

interface Word {
  readonly text: string
  readonly description: string
}

function startingWith(prefix: string, kind: FlowCandidate['kind'], words: readonly Word[]): FlowCandidate[] {
  const start = prefix.toLowerCase()
  return words.filter(({ text }) => text.toLowerCase().startsWith(start)).map(({ text, description }) => ({ text, description, kind }))
}

/** Those that people ask for most come first. */
const firstFields = ['src', 'dst', 'src_port', 'dst_port', 'proto', 'src_as', 'dst_as', 'host', 'port', 'router', 'direction']
const placeOf = ({ text }: Word) => (firstFields.includes(text) ? firstFields.indexOf(text) : firstFields.length)

const filterable = flowDimensions.filter((dimension) => dimension.type !== 'named')
const shortNames: readonly Word[] = [
  ...filterable.map((dimension) => ({ text: namesOf(dimension)[0] ?? dimension.name, description: dimension.description })),
  ...eitherSides.map(({ names, description }) => ({ text: names[0], description })),
].toSorted((one, other) => placeOf(one) - placeOf(other))
const otherNames: readonly Word[] = [
  ...eitherSides.flatMap(({ names, description }) => names.slice(1).map((text) => ({ text, description }))),
  ...filterable.flatMap((dimension) =>
    namesOf(dimension)
      .slice(1)
      .map((text) => ({ text, description: dimension.description })),
  ),
]
const starts: readonly Word[] = [
  { text: 'not', description: 'Turns round what follows' },
  { text: '(', description: 'First what is inside' },
]
const wholes: readonly Word[] = wholeConditions.map((text) => ({ text, description: describeWhole(text) }))

function describeWhole(text: string): string {
  const field = fieldNamed(text)
  const isProtocol = field?.kind === 'is' && field.dimension.name === 'protocol'
  return isProtocol ? `IP protocol ${field.value}, ${protocolName(field.value)}` : `IP version ${text.slice(2)}`
}

/** What a condition can begin with. Names besides the short ones only where something has been typed. */
export function fieldCandidates(prefix: string): FlowCandidate[] {
  return startingWith(prefix, 'field', [...shortNames, ...starts, ...(prefix === '' ? [] : [...wholes, ...otherNames])])
}

const comparing: readonly Word[] = [
  { text: '==', description: 'Is; may be left out' },
  { text: '!=', description: 'Is not' },
  { text: 'in', description: 'One of a list in braces' },
  { text: 'not in', description: 'None of a list in braces' },
]
const ordering: readonly Word[] = [
  { text: '<', description: 'Below' },
  { text: '<=', description: 'At most' },
  { text: '>', description: 'Above' },
  { text: '>=', description: 'At least' },
]
const matching: readonly Word[] = [
  { text: 'like', description: 'Matches a pattern, in which % stands for any text' },
  { text: 'not like', description: 'Does not match a pattern' },
]

/** What can stand behind a field; all operators where it is not known. */
export function operatorCandidates(prefix: string, dimension: BaseDimension | undefined): FlowCandidate[] {
  const rules = dimension && valuesOf(dimension)
  const ordered = rules === undefined || rules.inOrder !== undefined ? ordering : []
  const matched = rules === undefined || rules.isText ? matching : []
  return startingWith(prefix, 'operator', [...comparing, ...ordered, ...matched])
}

/** Words for values of a dimension. */
export function valueCandidates(prefix: string, dimension: BaseDimension): FlowCandidate[] {
  if (hasFlags(dimension)) {
    return startingWith(
      prefix,
      'value',
      [...flagBits].map(([text, bit]) => ({ text, description: `TCP flag, 0x${bit.toString(16).padStart(2, '0')}` })),
    )
  }
  const rules = valuesOf(dimension)
  return startingWith(
    prefix,
    'value',
    rules.words.map((text) => ({ text, description: describeValue(text, dimension, rules) })),
  )
}

const ruleWords: Readonly<Record<string, string>> = { any: 'Watched by a rule', none: 'Watched by no rule' }

function describeValue(text: string, dimension: BaseDimension, { read }: ValueRules): string {
  const value = read(text)
  if (dimension.type === 'column' && dimension.kind === 'ids') return ruleWords[text] ?? ''
  return typeof value === 'number' ? `${value}, ${protocolName(value)}` : ''
}

/** What can follow a condition. */
export function jointCandidates(prefix: string, { inList, depth, behindWord }: FilterPlace): FlowCandidate[] {
  if (inList) {
    return startingWith(prefix, 'joint', [
      { text: ',', description: 'Another value' },
      { text: '}', description: 'The end of the list' },
    ])
  }
  const ports = behindWord ? shortNames.filter(({ text }) => ['port', 'src_port', 'dst_port'].includes(text)) : []
  return [
    ...startingWith(prefix, 'joint', [
      { text: 'and', description: 'Both; binds closer than or' },
      { text: 'or', description: 'One of the two, or both' },
      ...(depth > 0 ? [{ text: ')', description: 'The end of what belongs together' }] : []),
    ]),
    ...startingWith(prefix, 'field', ports),
  ]
}
