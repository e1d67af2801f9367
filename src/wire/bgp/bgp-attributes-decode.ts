// Path attributes as they are received: each is read if its value has the form of its type, and noted if not (RFC 7606).
import { read16, read32 } from '../big-endian.ts'
import { attributeType, origins, type LargeCommunity, type PathAttributes, type UpdateForm } from './bgp-attributes.ts'

/** What there was of them. The next hop stands beside the routes that it is for. */
export type ReceivedAttributes = { -readonly [Name in keyof Omit<PathAttributes, 'nextHop'>]?: PathAttributes[Name] } & {
  /** The path of four bytes that a session of two-byte numbers carries beside the other one (RFC 6793). */
  as4Path?: readonly number[]
}

/** Reads the value of an attribute into `found`; false when it does not have the form of its type. */
export function readAttribute(type: number, value: Uint8Array, form: UpdateForm, found: ReceivedAttributes): boolean {
  switch (type) {
    case attributeType.origin:
      return set(found, 'origin', value.length === 1 ? origins[value[0]] : undefined)
    case attributeType.asPath:
      return set(found, 'asPath', readPath(value, form.as4 ? 4 : 2))
    case attributeType.as4Path:
      return set(found, 'as4Path', readPath(value, 4))
    case attributeType.med:
      return set(found, 'med', value.length === 4 ? read32(value, 0) : undefined)
    case attributeType.localPref:
      return set(found, 'localPref', value.length === 4 ? read32(value, 0) : undefined)
    case attributeType.communities:
      return set(
        found,
        'communities',
        members(value, 4)?.map((member) => read32(member, 0)),
      )
    case attributeType.extendedCommunities:
      return set(found, 'extendedCommunities', members(value, 8))
    case attributeType.largeCommunities:
      return set(found, 'largeCommunities', members(value, 12)?.map(largeCommunity))
    default:
      return true
  }
}

function set<Name extends keyof ReceivedAttributes>(found: ReceivedAttributes, name: Name, value: ReceivedAttributes[Name]): boolean {
  if (value === undefined) return false
  found[name] = value
  return true
}

/** Members of a fixed length; undefined when there are none or a part of one. */
function members(value: Uint8Array, length: number): Uint8Array[] | undefined {
  if (value.length === 0 || value.length % length !== 0) return undefined
  return Array.from({ length: value.length / length }, (_, index) => value.slice(index * length, (index + 1) * length))
}

function largeCommunity(member: Uint8Array): LargeCommunity {
  return [read32(member, 0), read32(member, 4), read32(member, 8)]
}

/** AS numbers of all segments; undefined when a segment ends too early, is empty, or is of no known kind. */
function readPath(value: Uint8Array, length: 2 | 4): number[] | undefined {
  const found: number[] = []
  let at = 0
  while (at < value.length) {
    const end = at + 2 + value[at + 1] * length
    const known = value[at] >= 1 && value[at] <= 4
    if (!known || end === at + 2 || !(end <= value.length)) return undefined
    for (let next = at + 2; next < end; next += length) found.push(length === 2 ? read16(value, next) : read32(value, next))
    at = end
  }
  return found
}

/** RFC 6793 §4.2.3: the path of four bytes is the end of the whole one; what is before it was added by older speakers. */
export function mergePaths({ asPath, as4Path, ...others }: ReceivedAttributes): ReceivedAttributes {
  if (asPath === undefined) return others
  if (as4Path === undefined || as4Path.length > asPath.length) return { ...others, asPath }
  return { ...others, asPath: [...asPath.slice(0, asPath.length - as4Path.length), ...as4Path] }
}
