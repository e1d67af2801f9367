// What holds without a choice, and after one.
import { expect, it } from 'vitest'
import { choosePreference, preference } from './preferences.ts'

it('are as the system or the field is used to it, until somebody chooses', () => {
  expect([preference('language'), preference('theme'), preference('times')]).toEqual(['system', 'system', 'local'])
  expect([preference('unit'), preference('shortcuts')]).toEqual(['bits', 'on'])
})

it('hold at once, also where nothing can be kept', () => {
  expect(preference('navigation')).toBe('wide')
  choosePreference('navigation', 'narrow')
  expect(preference('navigation')).toBe('narrow')
  choosePreference('navigation', 'wide')
  expect(preference('navigation')).toBe('wide')
})
