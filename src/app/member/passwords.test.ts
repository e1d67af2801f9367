// Tests in which order and how often passwords are checked, with a check that a test lets finish.
import { describe, expect, it } from 'vitest'
import { Passwords } from './passwords.ts'

function scene() {
  const clock = { time: 0, now: () => clock.time }
  const open: { readonly password: string; readonly end: (right: boolean) => void }[] = []
  const kdf = {
    hashPassword: async (password: string) => `hash of ${password}`,
    isPassword: (password: string) => new Promise<boolean>((resolve) => open.push({ password, end: resolve })),
  }
  const passwords = new Passwords({ clock, kdf })
  return { clock, open, passwords, running: () => open.map(({ password }) => password) }
}

describe('passwords', () => {
  it('are checked two at a time, in order, and the place of one that failed is free again', async () => {
    const { passwords, open, running } = scene()
    const answers = ['a', 'b', 'c', 'd'].map((text) => passwords.matches(text, text, null))
    expect(running()).toEqual(['a', 'b'])
    open[1]?.end(true)
    expect(await answers[1]).toBe(true)
    expect(running()).toEqual(['a', 'b', 'c'])
    open[0]?.end(false)
    open[2]?.end(false)
    await Promise.all([answers[0], answers[2]])
    expect(running()).toEqual(['a', 'b', 'c', 'd'])
    open[3]?.end(true)
    await answers[3]
    expect(await passwords.hash('e')).toBe('hash of e')
  })

  it('do not wait without end', async () => {
    const { passwords } = scene()
    for (let number = 0; number < 18; number++) void passwords.matches(`${number}`, 'x', null)
    await expect(passwords.matches('late', 'x', null)).rejects.toThrow('Too many requests')
    await expect(passwords.hash('x')).rejects.toThrow('Too many requests')
  })

  it('are tried ten times for one name, then once in ten seconds', async () => {
    const { passwords, open, clock } = scene()
    const attempt = async (name: string) => {
      const answer = passwords.matches(name, 'guess', null)
      open.at(-1)?.end(false)
      return answer
    }
    for (let number = 0; number < 10; number++) expect(await attempt('ada')).toBe(false)
    await expect(attempt('ada')).rejects.toThrow('Too many sign-in attempts; try again in 10 s')
    expect(await attempt('bob')).toBe(false)
    clock.time += 10_000
    expect(await attempt('ada')).toBe(false)
    await expect(attempt('ada')).rejects.toThrow('Too many sign-in attempts')
  })
})
