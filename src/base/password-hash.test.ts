// Tests hashes of passwords with the real work: few of them.
import { expect, it } from 'vitest'
import { hashPassword, isPassword } from './password-hash.ts'

it('know their password however it is typed, and no other; nobody has none', async () => {
  const stored = await hashPassword('ﾊﾟｽﾜｰﾄﾞ caf\u00e9 12')
  expect(stored).toMatch(/^scrypt\$15\$8\$3\$[\w-]{22}\$[\w-]{43}$/)
  const answers = [
    isPassword('パスワード cafe\u0301 12', stored),
    isPassword('パスワード cafe 12', stored),
    isPassword('', null),
    isPassword('x', 'scrypt$4$8$1$AAAA$'),
  ]
  expect(await Promise.all(answers)).toEqual([true, false, false, false])
  expect(await hashPassword('x')).not.toBe(await hashPassword('x'))
})
