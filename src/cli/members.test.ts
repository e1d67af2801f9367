// Tests the command `members` on a data folder of its own, while no server runs.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createAccount } from '../app/account/create.ts'
import { localPrincipal } from '../app/account/first-run.ts'
import { systemClock } from '../base/clock.ts'
import type { Invitation, Member } from '../contract/member.ts'
import { openState } from '../store/state.ts'
import { membersCommand } from './members.ts'

let data: string

beforeEach(async () => {
  data = await mkdtemp(path.join(tmpdir(), 'drawbridge-members-'))
  await (await openState(path.join(data, 'state.sqlite'))).close()
})

afterEach(async () => {
  vi.restoreAllMocks()
  await rm(data, { recursive: true })
})

/** Standard output of the command. */
async function run(...args: string[]): Promise<string> {
  const written: string[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text))
    return true
  })
  await membersCommand()
    .exitOverride()
    .parseAsync([...args, '--data', data], { from: 'user' })
  write.mockRestore()
  return written.join('')
}

describe('members', () => {
  it('are invited with a link, changed, listed and removed', async () => {
    const text = await run('invite', 'Ada@example.net', '--role', 'operator', '--name', 'Ada')
    expect(text).toMatch(
      /^ada@example\.net \(operator\) signs in with this link, once, until .+:\n\n {2}http:\/\/127\.0\.0\.1:8080\/sign-in#link=[\w-]{43}\n$/,
    )
    expect(await run('role', 'ada@example.net', 'administrator')).toBe('ada@example.net is administrator now.\n')
    const [account = '', ...lines] = (await run('list')).trim().split('\n')
    expect(account).toMatch(/^Account Drawbridge \([0-9a-f]{32}\)$/)
    expect(lines.toSorted()).toEqual([
      'ada@example.net  administrator  Ada  no password, never signed in, 0 tokens',
      'admin@localhost  administrator  Administrator  no password, never signed in, 0 tokens',
    ])
    expect(await run('remove', 'ada@example.net')).toBe('ada@example.net is removed from Drawbridge.\n')
    const members = JSON.parse(await run('list', '--json')) as Member[]
    expect(members.map(({ user }) => user.email)).toEqual(['admin@localhost'])
  })

  it('who are locked out get a link to the running server, in whichever account they are', async () => {
    const state = await openState(path.join(data, 'state.sqlite'))
    const context = { state: state.db, clock: systemClock }
    await createAccount(context, [await localPrincipal(context)], { name: 'Second' })
    await state.close()
    await run('invite', 'bob@example.net', '--account', 'Second')
    await writeFile(path.join(data, 'local-access.json'), JSON.stringify({ url: 'http://127.0.0.1:9090', secret: 'x' }))
    const { url, link } = JSON.parse(await run('link', 'bob@example.net', '--account', 'Second', '--json')) as Invitation & { url: string }
    expect(url).toBe(`http://127.0.0.1:9090${link}`)
    await expect(run('link', 'bob@example.net')).rejects.toThrow('"bob@example.net" is no member of Drawbridge')
    await expect(run('list', '--account', 'Third')).rejects.toThrow(
      /^there is no account "Third"; there are "Drawbridge" \(\w+\), "Second"/,
    )
  })

  it('say what is wrong and what to do next', async () => {
    await expect(run('invite', 'nobody')).rejects.toMatchObject({
      message: 'Invalid member: email must be an address like ada@example.net',
      next: 'drawbridge members list',
    })
    await expect(run('remove', 'admin@localhost')).rejects.toThrow('make somebody else an administrator first')
  })
})
