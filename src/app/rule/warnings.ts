// What a rule lacks to do what it is for. Such rules are accepted, as at the original, and their makers are told.
import type { Rule } from '../../contract/rule.ts'
import { wantedPrefixes } from '../advertisement/wanted-prefixes.ts'
import type { RuleContext } from '../context.ts'
import { ruleView, type RuleView } from './view.ts'
import { readAdvertisingFacts, WouldAdvertise, type AdvertisingFacts } from './would-advertise.ts'

/** What verbs answer that write rules: the rules, and sentences about those that cannot do what they are to do. */
export interface Written<T> {
  readonly result: T
  readonly warnings: readonly string[]
}

/** Prefixes of a rule that are looked at for whether they can be advertised, and those of them that are named. */
const lookedAt = 100
const named = 3

export async function written(context: RuleContext, rule: Rule): Promise<Written<RuleView>> {
  const { result, warnings } = await writtenRules(context, [rule])
  // One for each rule.
  return { result: result[0], warnings }
}

export async function writtenRules(context: RuleContext, rules: readonly Rule[]): Promise<Written<RuleView[]>> {
  const [first] = rules
  const facts = first && (await readAdvertisingFacts(context, first.account))
  return { result: rules.map(ruleView), warnings: facts ? rules.flatMap((rule) => ruleWarnings(rule, facts)) : [] }
}

function ruleWarnings(rule: Rule, facts: AdvertisingFacts): string[] {
  const { name, type, bandwidth_threshold: bits, packet_threshold: packets } = rule
  const silent = type === 'threshold' && bits === null && packets === null
  return [
    ...(silent ? [`rule ${name} can never fire: it has neither bandwidth_threshold nor packet_threshold`] : []),
    ...(rule.automatic_advertisement === true ? advertisingWarnings(rule, facts) : []),
  ]
}

function advertisingWarnings(rule: Rule, facts: AdvertisingFacts): string[] {
  if (rule.type === 'advanced_ddos') return []
  if (rule.extension.advertise_purpose === 'blackhole')
    return [
      `rule ${rule.name} advertises nothing: only an advanced_ddos rule tells the attacked hosts that advertise_purpose blackhole needs`,
    ]
  const would = new WouldAdvertise(rule, facts)
  const objections = wantedPrefixes(rule, [], facts.owned)
    .slice(0, lookedAt)
    .flatMap((prefix) => would.objection(prefix) ?? [])
  return objections.slice(0, named).map((objection) => `rule ${rule.name} cannot advertise: ${objection}`)
}
