// What the settings pages ask the server to do with people, sessions, tokens, accounts and what is kept.
import type { Invitation, Member, NewApiToken } from '../../contract/member.ts'
import type { Role, Scope } from '../../contract/scopes.ts'
import type { Settings, SettingsChange } from '../../contract/settings.ts'
import { request, type ApiRequest } from './envelope.ts'
import { drawbridgePath } from './queries.ts'

function send<T>(method: NonNullable<ApiRequest['method']>, account: string, rest: string, body?: unknown): Promise<T> {
  return request<T>({ method, path: drawbridgePath(account, rest), ...(body === undefined ? {} : { body }) })
}

const part = encodeURIComponent

export interface NewMember {
  readonly email: string
  readonly name: string
  readonly role: Role
}

export interface MemberChange {
  readonly name?: string
  readonly role?: Role
}

export const inviteMember = (account: string, member: NewMember) => send<Invitation>('POST', account, 'members', member)
export const editMember = (account: string, user: string, change: MemberChange) =>
  send<Member>('PATCH', account, `members/${part(user)}`, change)
export const removeMember = (account: string, user: string) => send<unknown>('DELETE', account, `members/${part(user)}`)
export const linkMember = (account: string, user: string) => send<Invitation>('POST', account, `members/${part(user)}/link`)

export const editMe = (account: string, name: string) => send<Member>('PATCH', account, 'me', { name })

/** @param current the present password, where there is one */
export function setPassword(account: string, password: string, current: string | undefined): Promise<unknown> {
  return send('PUT', account, 'me/password', { password, ...(current === undefined ? {} : { current }) })
}

export const removePassword = (account: string, current: string) => send<unknown>('DELETE', account, 'me/password', { current })
export const endSession = (account: string, id: string) => send<unknown>('DELETE', account, `me/sessions/${part(id)}`)
/** All but the one that asks. */
export const endOtherSessions = (account: string) => send<unknown>('DELETE', account, 'me/sessions')

export interface TokenFields {
  readonly name: string
  readonly scopes: readonly Scope[]
  /** RFC 3339; left out for a token without an end. */
  readonly expires_at?: string
}

export const mintToken = (account: string, fields: TokenFields) => send<NewApiToken>('POST', account, 'tokens', fields)
export const revokeToken = (account: string, id: string) => send<unknown>('DELETE', account, `tokens/${part(id)}`)

export interface Account {
  readonly id: string
  readonly name: string
}

export const createAccount = (name: string) => request<Account>({ method: 'POST', path: '/client/v4/accounts', body: { name } })
export const renameAccount = (account: string, name: string) =>
  request<Account>({ method: 'PUT', path: `/client/v4/accounts/${account}`, body: { name } })

export const changeSettings = (account: string, change: SettingsChange) => send<Settings>('PATCH', account, 'settings', change)
