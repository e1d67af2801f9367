// Whether sentences of the server are told in Japanese, with what fills them, and whether the server still says them.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { composedDriverPhrases } from './ja/server/drivers.ts'
import { composedEventPhrases } from './ja/server/events.ts'
import { phraseBook } from './ja/server/phrase-book.ts'
import { composedSignaturePhrases } from './ja/server/signatures.ts'
import { phraseReader } from './phrases.ts'

const read = phraseReader(phraseBook)
const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u
const all = [...phraseBook.phrases, ...phraseBook.guides].flatMap((part) => Object.entries(part))
const holesOf = (text: string) => [...text.matchAll(/\{(\w+)/g)].map(([, name]) => name)
const literalsOf = (sentence: string) => sentence.split(/\{\w+(?::\w+)?\}/)

describe('a sentence of the server', () => {
  it.each([
    ['router 192.0.2.1 is registered by another account', 'ルーター192.0.2.1は別のアカウントに登録されています'],
    [
      'Invalid rule request body: bandwidth_threshold must be a number of at least 1',
      'ルールが正しくありません：bandwidth_threshold：1以上の数値で指定してください',
    ],
    [
      '3 sets of flows wait. Templates 256 and 257 have not come for 2 h 5 min.',
      'フローのセット3個が待機中です。テンプレート256、257が2時間5分届いていません。',
    ],
    [
      'web: SYN flood and DNS amplification and 2 more, 120 k packets/s to 192.0.2.7/32, 12 k packets/s expected, for 1h 5m',
      'web：192.0.2.7/32宛てSYNフラッド、DNS増幅攻撃、ほか2件、120 kpps、通常は12 kpps、1時間5分継続',
    ],
    [
      '203.0.113.0/24 is announced (bgp). Drawbridge: sent to edge-1 and edge-2',
      '203.0.113.0/24を広告中（bgp）。Drawbridge：edge-1、edge-2へ送信済み',
    ],
  ])('%s', (sentence, translation) => {
    expect(read(sentence)).toBe(translation)
  })

  it('keeps the name of a refusal, by which a form finds the field', () => {
    expect(read('192.0.2.0/24 cannot be announced: the prefix is not inside a registered one [not_owned]')).toMatch(
      /^192.*ません \[not_owned\]$/,
    )
  })

  it('stands between others that have no phrase', () => {
    expect(read('Waits for flows. Nobody knows this one. Register it, if it is your router.')).toBe(
      'フローを待っています。Nobody knows this one. 自分のルーターなら登録してください。',
    )
  })

  it('stays as it is when nobody knows it, or when it is too long to be the server’s', () => {
    expect(read('A word of somebody.')).toBeUndefined()
    expect(read(`Waits for flows. ${'x'.repeat(1000)}`)).toBeUndefined()
  })
})

describe('the phrases', () => {
  it('have translations in Japanese with no other holes', () => {
    const odd = all.filter(([sentence, translation]) => holesOf(translation).some((name) => !holesOf(sentence).includes(name)))
    expect(odd).toEqual([])
    // Those without a word of their own only put the punctuation right.
    const words = (text: string) => text.replaceAll(/\{\w+(?::\w+)?\}/g, '')
    const left = all.filter(([sentence, translation]) => /[a-z]{2} [a-z]{2}/i.test(words(sentence)) && !japanese.test(words(translation)))
    expect(left).toEqual([])
  })

  it('are particular enough to match nothing else', () => {
    const letters = (sentence: string) =>
      literalsOf(sentence)
        .join('')
        .replaceAll(/[^a-z]/gi, '').length
    expect(all.filter(([sentence]) => sentence.includes(':text}') && letters(sentence) < 2)).toEqual([])
  })

  it('have nothing between two holes that is missing', () => {
    expect(all.filter(([sentence]) => literalsOf(sentence).slice(1, -1).includes(''))).toEqual([])
  })

  it('are what the server says', () => {
    const source = serverSource()
    const own = all.map(([sentence]) => sentence).filter((sentence) => !sentence.startsWith('{field} ') && !composed.has(sentence))
    expect(own.filter((sentence) => !isSaid(sentence, source))).toEqual([])
  })
})

/** Lines of modules whose sentences pages show. */
function serverSource(): string {
  const folders = [
    'app',
    'capture',
    'contract',
    'detect',
    'filter',
    'firewall',
    'mitigate',
    'notify',
    'query',
    'setup/check',
    'setup/config',
    'signature',
    'wire',
  ]
  const files = folders.flatMap((folder) =>
    readdirSync(`src/${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => `src/${folder}/${file}`),
  )
  const lines = files.flatMap((file) => readFileSync(file, 'utf8').split('\n'))
  return lines
    .filter((line) => /['"`]/.test(line) && !/^(import|export \{|\s*(\/\/|\*|\/\*))/.test(line))
    .join('\n')
    .replaceAll("\\'", "'")
}

/** Put together from pieces that are too small to find. */
const composed = new Set([
  'must be viewer, operator, administrator',
  'Templates {ids:list}',
  ...[...composedEventPhrases, ...composedSignaturePhrases, ...composedDriverPhrases].flatMap((part) => Object.keys(part)),
])

// Sentences are put together from pieces, so three words beside each other must be somewhere, or all of a short piece.
function isSaid(sentence: string, source: string): boolean {
  const pieces = literalsOf(sentence)
    .map((piece) => piece.replaceAll(/^[ .,:;]+|[ .,:;]+$/g, ''))
    .filter((piece) => piece !== '')
  return (
    pieces.length === 0 ||
    pieces.some((piece) => {
      const words = piece.split(' ')
      const runs = words.length <= 3 ? [piece] : words.slice(2).map((_, place) => words.slice(place, place + 3).join(' '))
      return runs.some((run) => source.includes(run))
    })
  )
}
