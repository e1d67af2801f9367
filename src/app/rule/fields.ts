// The fields of a rule as clients send them: what each may hold (contract §1.2), old spellings, our extension object.
import { z } from 'zod'
import { withdrawSignals } from '../../contract/advertisement.ts'
import {
  defaultRuleExtension,
  prefixMatches,
  ruleTypes,
  sensitivities,
  zscoreTargets,
  type Rule,
  type RuleExtension,
} from '../../contract/rule.ts'
import { parseInput } from '../validation.ts'
import { parseDuration, ruleDurationNames } from './duration.ts'
import { prefixObjection } from './prefix.ts'

/** What users set of a rule. */
export type RuleFields = Omit<Rule, 'id' | 'account'>

/** A rule as it was sent. */
export interface RuleInput {
  /** `extension` is undefined where the body has none: Terraform cannot send it and must not undo it. */
  readonly fields: Omit<RuleFields, 'extension'> & { readonly extension: RuleExtension | undefined }
  /** PUT finds the rule by it where it is there. */
  readonly id: string | undefined
  /** JSON pointer to the rule in the body: empty, or `/rules/0`, or `/17`. */
  readonly pointer: string
}

/** Some fields of a rule. Keys of the extension are merged; null there means the default. */
export interface RuleChange {
  readonly fields: Partial<Omit<RuleFields, 'extension'>>
  readonly extension: ExtensionChange | null | undefined
}

type ExtensionChange = { readonly [Key in keyof RuleExtension]?: RuleExtension[Key] | null | undefined }

/** Contract §1.2. */
const maxPrefixes = 5000
const maxBulk = 100

const oneOf = <const T extends string>(values: readonly T[]) => {
  const message = `must be one of ${values.join(', ')}`
  return z.string({ error: message }).transform((text, context) => {
    const found = values.find((value) => value === text.toLowerCase())
    if (found !== undefined) return found
    context.addIssue(message)
    return z.NEVER
  })
}

const durationMessage = `must be equal to one of ${ruleDurationNames.join(', ')}`
const duration = z.union([z.string(), z.number()], { error: durationMessage }).transform((value, context) => {
  const found = parseDuration(value)
  if (found !== undefined) return found
  context.addIssue(durationMessage)
  return z.NEVER
})

const rateMessage = 'must be a number of at least 1'
const rate = z.number({ error: rateMessage }).min(1, rateMessage).nullable()
const flag = z.boolean({ error: 'must be true or false' })

const text = z.string({ error: 'must be text' })
const strictName = text.regex(/^[A-Za-z0-9_.~-]{1,256}$/, 'must be 1 to 256 characters of A–Z a–z 0–9 _ . ~ - without spaces')
const lenientName = text.regex(/^[^\p{Cc}]{1,256}$/u, 'must be 1 to 256 characters, none of them a control character')

const prefix = text.superRefine((value, context) => {
  const objection = prefixObjection(value)
  if (objection !== undefined) context.addIssue(objection)
})

const prefixes = z
  .array(prefix, { error: 'must be a list of prefixes' })
  .min(1, 'must have at least one prefix')
  .max(maxPrefixes, `must not have more than ${maxPrefixes} prefixes`)
  .superRefine((list, context) => {
    const seen = new Set<string>()
    for (const [index, item] of list.entries()) {
      if (seen.has(item)) return context.addIssue({ code: 'custom', path: [index], message: `${item} is in the list twice` })
      seen.add(item)
    }
  })

const holdMessage = 'must be a whole number of seconds from 1 to 604800, or null for never'
const calmMessage = 'must be a whole number of seconds from 1 to 86400, or null'
const wholeFrom1 = (most: number) => {
  const message = `must be a whole number from 1 to ${most}`
  return z.number({ error: message }).int(message).min(1, message).max(most, message)
}
const extensionFields = {
  enabled: flag.nullish(),
  calm_seconds: z.number({ error: calmMessage }).int(calmMessage).min(1, calmMessage).max(86_400, calmMessage).nullish(),
  floor_bits: rate.optional(),
  floor_packets: rate.optional(),
  seasonal: flag.nullish(),
  ddos_sensitivity: oneOf(sensitivities).nullish(),
  advertise_purpose: oneOf(['divert', 'blackhole']).nullish(),
  advertise_dry_run: flag.nullish(),
  advertise_approval: flag.nullish(),
  withdraw_hold_seconds: z.number({ error: holdMessage }).int(holdMessage).min(1, holdMessage).max(604_800, holdMessage).nullish(),
  withdraw_signal: oneOf(withdrawSignals).nullish(),
  capture: flag.nullish(),
  // As of any simple capture (contract §3.2).
  capture_seconds: wholeFrom1(300).nullish(),
  capture_packets: wholeFrom1(10_000).nullish(),
}
/** Keys for which null is a value of its own and not the default again. */
const nullable: ReadonlySet<string> = new Set<keyof RuleExtension>(['withdraw_hold_seconds'])
const extensionNames = Object.keys(extensionFields)

// Strict, so that a mistyped key is not taken for a setting; the pointer names the key.
const extension = z.looseObject(extensionFields, { error: 'must be a JSON object' }).superRefine((value, context) => {
  for (const key of Object.keys(value)) {
    if (extensionNames.includes(key)) continue
    context.addIssue({ code: 'custom', path: [key], message: `is not known; there are ${extensionNames.join(', ')}` })
  }
})

const schemas = (name: typeof text) => {
  const fields = {
    automatic_advertisement: flag.nullable(),
    name,
    prefixes,
    type: oneOf(ruleTypes),
    bandwidth_threshold: rate,
    // Its name in older clients.
    bandwidth: rate,
    packet_threshold: rate,
    duration: duration.nullable(),
    prefix_match: oneOf(prefixMatches).nullable(),
    zscore_sensitivity: oneOf(sensitivities).nullable(),
    zscore_target: oneOf(zscoreTargets).nullable(),
    drawbridge: extension.nullable(),
  }
  const notAnObject = { error: 'must be a JSON object' }
  const whole = z.object(
    {
      ...fields,
      id: text.optional(),
      // Older documentation has neither of the two.
      type: fields.type.default('threshold'),
      automatic_advertisement: fields.automatic_advertisement.default(null),
      bandwidth_threshold: rate.default(null),
      bandwidth: rate.default(null),
      packet_threshold: rate.default(null),
      duration: fields.duration.default(null),
      prefix_match: fields.prefix_match.default(null),
      zscore_sensitivity: fields.zscore_sensitivity.default(null),
      zscore_target: fields.zscore_target.default(null),
      drawbridge: fields.drawbridge.optional(),
    },
    notAnObject,
  )
  return {
    whole,
    wrapped: z.object({
      rules: z.array(whole, { error: 'must be a list' }).length(1, 'must have one rule; several go to /mnm/rules/bulk'),
    }),
    bulk: z
      .array(whole, { error: 'must be a list of rules' })
      .min(1, 'must be a list of at least one rule')
      .max(maxBulk, `must not be more than ${maxBulk} rules at once`),
    part: z.object(fields, notAnObject).partial(),
  }
}
const strict = schemas(strictName)
const lenient = schemas(lenientName)

export interface NameRule {
  readonly lenient_names: boolean
}
const schemasFor = ({ lenient_names }: NameRule) => (lenient_names ? lenient : strict)

/** A whole rule for POST and PUT, also in the wrapper `{"rules": […]}`. @throws ApiError rule_invalid */
export function parseRule(body: unknown, names: NameRule): RuleInput {
  const { whole, wrapped } = schemasFor(names)
  if (!isWrapped(body)) return ruleInput(parseInput(whole, body, 'rule_invalid'), '')
  const { rules } = parseInput(wrapped, body, 'rule_invalid')
  // The schema asks for exactly one.
  return ruleInput(rules[0], '/rules/0')
}

/** Several rules of one type. @throws ApiError rule_invalid */
export function parseRules(body: unknown, names: NameRule): RuleInput[] {
  const oneType = schemasFor(names).bulk.superRefine((rules, context) => {
    const other = rules.findIndex(({ type }) => type !== rules[0]?.type)
    if (other === -1) return
    const message = `must be ${rules[0]?.type} as that of the first rule: all rules of a request have the same type`
    context.addIssue({ code: 'custom', path: [other, 'type'], message })
  })
  return parseInput(oneType, body, 'rule_invalid').map((rule, index) => ruleInput(rule, `/${index}`))
}

/** Some fields of a rule, for PATCH; null clears a field. @throws ApiError rule_invalid */
export function parseRuleChange(body: unknown, names: NameRule): RuleChange {
  const { drawbridge, bandwidth, duration, ...fields } = parseInput(schemasFor(names).part, body, 'rule_invalid')
  const threshold = fields.bandwidth_threshold === undefined ? bandwidth : fields.bandwidth_threshold
  return {
    // partial() makes keys optional, it never puts undefined in: JSON has none.
    fields: {
      ...(fields as Partial<Omit<RuleFields, 'extension'>>),
      ...(threshold === undefined ? {} : { bandwidth_threshold: threshold }),
      ...(duration === undefined ? {} : { duration: duration ?? defaultDuration }),
    },
    extension: drawbridge,
  }
}

/** The extension after a change: null, as a whole or for a key, goes back to the default, except where null is a value. */
export function changedExtension(before: RuleExtension, change: ExtensionChange | null | undefined): RuleExtension {
  if (change === undefined) return before
  if (change === null) return defaultRuleExtension
  const keys = Object.keys(before) as readonly (keyof RuleExtension)[]
  const after = keys.map((key) => [key, changedValue(key, before, change)] as const)
  // fromEntries forgets the keys; they are all of them.
  return Object.fromEntries(after) as unknown as RuleExtension
}

function changedValue(key: keyof RuleExtension, before: RuleExtension, change: ExtensionChange): RuleExtension[keyof RuleExtension] {
  const value = change[key]
  if (value === undefined) return before[key]
  return nullable.has(key) ? value : (value ?? defaultRuleExtension[key])
}

const defaultDuration = '1m'

function ruleInput(rule: z.output<typeof strict.whole>, pointer: string): RuleInput {
  const { id, drawbridge, bandwidth, duration, ...rest } = rule
  const fields = { ...rest, bandwidth_threshold: rest.bandwidth_threshold ?? bandwidth, duration: duration ?? defaultDuration }
  const extension = drawbridge === undefined ? undefined : changedExtension(defaultRuleExtension, drawbridge)
  return { fields: { ...fields, extension }, id, pointer }
}

function isWrapped(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'rules' in body && !('name' in body)
}
