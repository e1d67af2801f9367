// How the values of a dimension are written: the value itself and, where one is known, its name.
import { messages } from '../messages.ts'
import { dimensions, type Dimension } from './filter.ts'
import { countryName, portName, protocolName } from './names.ts'

export interface Label {
  readonly value: string
  /** What the value means, written beside it; empty where nothing is known. */
  readonly name: string
}

/** Names that only the server knows. */
export interface KnownNames {
  readonly as: Readonly<Record<string, string>>
  readonly routers: Readonly<Record<string, string>>
  /** By ifIndex, where all flows in view are of one router: an ifIndex means nothing without its router. */
  readonly interfaces?: Readonly<Record<string, string>>
  /** By id. */
  readonly rules?: Readonly<Record<string, string>>
}

/** Label of a value as GraphQL answers it or as it stands in a filter. */
export function labelOf(dimension: Dimension, key: string | number, names: KnownNames): Label {
  const text = String(key)
  const number = Number(key)
  const unknown: Label = { value: messages.top.unknown, name: '' }
  switch (dimensions[dimension]) {
    case 'protocol': {
      const name = protocolName(number)
      return name === undefined ? { value: text, name: '' } : { value: name, name: text }
    }
    case 'port':
      return { value: text, name: portName(number) ?? '' }
    case 'as':
      return number === 0 ? unknown : { value: messages.top.as(text), name: names.as[text] ?? '' }
    case 'country':
      return text === '' ? unknown : { value: countryName(text) ?? text, name: text }
    case 'direction':
      return { value: messages.top.directions[text] ?? text, name: '' }
    case 'router': {
      const name = names.routers[text] ?? ''
      return name === '' ? { value: text, name: '' } : { value: name, name: text }
    }
    case 'interface': {
      if (number === 0) return unknown
      const name = names.interfaces?.[text] ?? ''
      const index = messages.top.interface(text)
      return name === '' ? { value: index, name: '' } : { value: name, name: index }
    }
    case 'rule':
      return { value: names.rules?.[text] ?? text.slice(0, 8), name: '' }
    default:
      return text === '' ? unknown : { value: text, name: '' }
  }
}
