// One-time codes by which agents enrol, and the rows that they leave: the state keeps only hashes of codes and tokens.
import { randomInt } from 'node:crypto'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { hashSecret, newId, newSecret } from '../../base/secret.ts'
import { agentFactsSchema } from '../../contract/agent-protocol.ts'
import { ApiError } from '../../contract/api-errors.ts'
import type { StateTables } from '../../store/state-tables.ts'
import type { EnrolledAgent } from '../agent-registry.ts'

type State = Kysely<StateTables>

/** Digits and letters that are not taken for each other (Crockford's base 32). */
const codeAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** 16 characters of 5 bits: 80 bits, for a code that lives for minutes. */
const codeLength = 16
const misread: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' }

/** Codes that an account can have open, and agents. */
const maxOpenCodes = 200
const maxAgents = 2000
const longestName = 64

export interface EnrolmentOrder {
  readonly account: number
  /** Id of who asks. */
  readonly user: string
  readonly colo: string
  /** How long the code is valid. */
  readonly minutes: number
}

export interface EnrolmentCode {
  /** `7K3M-…`, to be shown once. */
  readonly code: string
  readonly colo: string
  /** RFC 3339. */
  readonly expires_at: string
}

export interface NewAgent {
  readonly account: number
  readonly name: string
  readonly colo: string
  /** JSON of the AgentFacts, null when not known yet. */
  readonly facts: string | null
}

/** What to run on the edge host. */
export function enrolCommand(server: string, code: string): string {
  return `drawbridge agent enroll --server ${server} --code ${code}`
}

/**
 * Makes a code. Runs in the caller's transaction.
 * @param now ms since 1970
 * @throws ApiError invalid_request when too many are open
 */
export async function insertEnrolment(state: State, order: EnrolmentOrder, now: number): Promise<EnrolmentCode> {
  const at = new Date(now).toISOString()
  await state.deleteFrom('agent_enrolment').where('account', '=', order.account).where('expires_at', '<', at).execute()
  const { open } = await state
    .selectFrom('agent_enrolment')
    .select(({ fn }) => fn.countAll<number>().as('open'))
    .where('account', '=', order.account)
    .executeTakeFirstOrThrow()
  if (open >= maxOpenCodes)
    throw new ApiError('invalid_request', { reason: `${maxOpenCodes} enrolment codes are open; wait until some expire` })
  const code = newCode()
  const { account, user, colo } = order
  const expires_at = new Date(now + order.minutes * 60_000).toISOString()
  const row = { code_hash: hashSecret(code), account, user, colo, created_at: at, expires_at, used_at: null, agent: null }
  await state.insertInto('agent_enrolment').values(row).execute()
  return { code: code.replace(/(.{4})(?=.)/g, '$1-'), colo, expires_at }
}

const enrolRequest = z.object({ code: z.string().max(64), name: z.string().max(255).default(''), facts: agentFactsSchema })

/**
 * Turns a code into an agent. Of several that come with one code at the same time only one gets it.
 * @param body `{code, name, facts}`
 * @throws ApiError agent_code_invalid, invalid_request
 */
export async function useEnrolment(state: State, body: unknown, now: number): Promise<EnrolledAgent> {
  const { data } = enrolRequest.safeParse(body)
  if (data === undefined) throw new ApiError('invalid_request', { reason: 'an enrolment is {code, name, facts}; update the agent' })
  const at = new Date(now).toISOString()
  return state.transaction().execute(async (transaction) => {
    const code_hash = hashSecret(readCode(data.code))
    const row = await transaction.selectFrom('agent_enrolment').selectAll().where('code_hash', '=', code_hash).executeTakeFirst()
    if (row === undefined) throw invalidCode('it is not known')
    if (row.used_at !== null) throw invalidCode('it has been used')
    if (row.expires_at <= at) throw invalidCode('it has expired')
    const { account, colo } = row
    const agent = await insertAgent(
      transaction,
      { account, colo, name: data.name || data.facts.hostname, facts: JSON.stringify(data.facts) },
      now,
    )
    await transaction.updateTable('agent_enrolment').set({ used_at: at, agent: agent.id }).where('code_hash', '=', code_hash).execute()
    return { ...agent, colo }
  })
}

/** @throws ApiError invalid_request when the account has too many */
export async function insertAgent(state: State, agent: NewAgent, now: number): Promise<{ readonly id: string; readonly token: string }> {
  const taken = await state.selectFrom('agent').select('name').where('account', '=', agent.account).execute()
  if (taken.length >= maxAgents) throw new ApiError('invalid_request', { reason: `an account has ${maxAgents} agents at the most` })
  const token = newSecret()
  const row = {
    id: newId(),
    account: agent.account,
    name: freeName(agentName(agent.name), new Set(taken.map(({ name }) => name))),
    colo: agent.colo,
    token_hash: hashSecret(token),
    enrolled_at: new Date(now).toISOString(),
    last_seen_at: null,
    facts: agent.facts,
    always_on_sampling: 0,
  }
  await state.insertInto('agent').values(row).execute()
  return { id: row.id, token }
}

/** A name that is fit for pages, file names and logs: letters, digits, dot, hyphen, underscore. */
export function agentName(text: string): string {
  const clean = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    // No hidden files, no `..`, no flags.
    .replace(/^[.-]+|[.-]+$/g, '')
    .replace(/\.{2,}/g, '.')
  // By characters, so that none is cut in half.
  return Array.from(clean).slice(0, longestName).join('') || 'agent'
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name
  for (let number = 2; taken.has(free); number++) free = `${name}-${number}`
  return free
}

function newCode(): string {
  return Array.from({ length: codeLength }, () => codeAlphabet[randomInt(codeAlphabet.length)]).join('')
}

/** As people type it: in small letters, with or without hyphens, O for 0. */
function readCode(text: string): string {
  return text
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replace(/[OIL]/g, (letter) => misread[letter] ?? letter)
}

const invalidCode = (reason: string) => new ApiError('agent_code_invalid', { reason: `${reason}; make a new one on the page Agents` })
