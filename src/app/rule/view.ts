// A rule as clients see it (contract §1.2): what is not set is left out, so that Terraform finds no difference.
import { defaultRuleExtension, type Rule, type RuleExtension } from '../../contract/rule.ts'

type Optional = Pick<Rule, 'bandwidth_threshold' | 'packet_threshold' | 'prefix_match' | 'zscore_sensitivity' | 'zscore_target'>

export interface RuleView
  extends
    Pick<Rule, 'id' | 'automatic_advertisement' | 'name' | 'prefixes' | 'type' | 'duration'>,
    Partial<{ [Key in keyof Optional]: NonNullable<Optional[Key]> }> {
  /** Keys of the extension that differ from their defaults. */
  readonly drawbridge?: Partial<RuleExtension>
}

export function ruleView(rule: Rule): RuleView {
  const { id, automatic_advertisement, name, prefixes, type, duration } = rule
  const { bandwidth_threshold, packet_threshold, prefix_match, zscore_sensitivity, zscore_target } = rule
  const drawbridge = extensionDifference(rule.extension)
  return {
    id,
    automatic_advertisement,
    name,
    prefixes,
    type,
    ...(bandwidth_threshold === null ? {} : { bandwidth_threshold }),
    ...(packet_threshold === null ? {} : { packet_threshold }),
    duration,
    ...(prefix_match === null ? {} : { prefix_match }),
    ...(zscore_sensitivity === null ? {} : { zscore_sensitivity }),
    ...(zscore_target === null ? {} : { zscore_target }),
    ...(Object.keys(drawbridge).length === 0 ? {} : { drawbridge }),
  }
}

/** What of an extension is not as by default; also how the state keeps it. */
export function extensionDifference(extension: RuleExtension): Partial<RuleExtension> {
  const keys = Object.keys(defaultRuleExtension) as readonly (keyof RuleExtension)[]
  return Object.fromEntries(keys.filter((key) => extension[key] !== defaultRuleExtension[key]).map((key) => [key, extension[key]]))
}
