// Holds the pages to the program: links lead somewhere, commands exist with their flags, generated pages are current.
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'

import { describe, expect, it } from 'vitest'

import { checkCodes, checkSteps } from '../src/contract/router-check.ts'
import { ledgerTerms } from '../src/contract/collector-status.ts'
import { repository } from './requirements.ts'

const execute = promisify(execFile)

interface Page {
  /** Path under the repository. */
  readonly path: string
  readonly text: string
}

function pagesIn(folder: string): Page[] {
  const names = readdirSync(join(repository, folder)).filter((name) => name.endsWith('.md'))
  return names.map((name) => ({ path: join(folder, name), text: readFileSync(join(repository, folder, name), 'utf8') }))
}

const pages = [...pagesIn('.'), ...pagesIn('docs')]

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ' '))
}

/** Anchors of a page's headings, made as GitHub makes them. */
function anchors(path: string): string[] {
  const text = readFileSync(path, 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '')
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  )
}

/** What is wrong with the links of a page. Addresses of other sites are not asked. */
function brokenLinks({ path, text }: Page): string[] {
  const targets = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '')
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .flatMap((target) => {
      const [file = '', anchor] = target.split('#')
      const full = file === '' ? join(repository, path) : resolve(repository, dirname(path), file)
      if (!existsSync(full)) return [`${path}: ${target}`]
      return anchor === undefined || anchors(full).includes(anchor) ? [] : [`${path}: ${target}`]
    })
}

/** Lines of all `sh` blocks. Blocks marked `text` hold commands of other programs and are not looked at. */
function shellLines({ text }: Page): string[] {
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
    block.split('\n').filter((line) => line !== '' && !line.startsWith('#')),
  )
}

const scripts = (JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts
const helpTexts = new Map<string, Promise<string>>()

/** Help of a command, or a rejection where there is no such command. */
async function help(words: readonly string[]): Promise<string> {
  const key = words.join(' ')
  const running = helpTexts.get(key) ?? execute(join(repository, 'bin', 'drawbridge'), [...words, '--help']).then(({ stdout }) => stdout)
  helpTexts.set(key, running)
  return await running
}

/** Commands that have commands of their own. */
const commandGroups: ReadonlySet<string> = new Set([
  'token',
  'members',
  'config',
  'rule',
  'routers',
  'prefix',
  'advertisements',
  'agent',
  'agents',
  'bucket',
  'capture',
  'settings',
])

/** What is wrong with a line of a `sh` block: an unknown script, command or flag, or a program that is not ours. */
async function problems(line: string): Promise<string[]> {
  const [program = '', ...words] = line.split(/\s+/)
  if (program === 'npm') {
    const script = words[0] === 'run' ? words[1] : words[0]
    return script !== undefined && script in scripts ? [] : [`${line}: no such script`]
  }
  if (program !== './bin/drawbridge') return [`${line}: mark the block as text`]
  const [command = '', subcommand = ''] = words.filter((word) => !word.startsWith('-'))
  const path = commandGroups.has(command) ? [command, subcommand].filter((word) => word !== '') : [command]
  const text = await help(command === '' ? [] : path)
  const flags = words.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0] ?? '')
  return flags.filter((flag) => !new RegExp(String.raw`(^|[\s,])${flag}\b`, 'm').test(text)).map((flag) => `${line}: no flag ${flag}`)
}

describe('the pages', () => {
  it('have links that lead somewhere', () => {
    expect(pages.flatMap(brokenLinks)).toEqual([])
  })

  it('show commands that exist, with flags that they take', async () => {
    const lines = [...new Set(pages.flatMap(shellLines))]
    const found = await Promise.all(lines.map(problems))
    expect(lines.length).toBeGreaterThan(5)
    expect(found.flat()).toEqual([])
  })

  it('are generated anew where they are generated', async () => {
    const program = join(repository, 'bin', 'docs.mjs')
    await expect(execute(process.execPath, [program, '--check'])).resolves.toMatchObject({ stderr: '' })
  })

  it('explain every term of the ledger', () => {
    const operations = pages.find(({ path }) => path === 'docs/operations.md')?.text ?? ''
    expect(ledgerTerms.filter((term) => !operations.includes(`\`${term}\``))).toEqual([])
  })

  it('explain everything that the live check can find', () => {
    const page = pages.find(({ path }) => path === 'docs/getting-started.md')?.text ?? ''
    expect([...checkSteps, ...checkCodes].filter((name) => !page.includes(`\`${name}\``))).toEqual([])
  })

  it('name only paths of the repository that are there', () => {
    const missing = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/`((?:src|bin|test|docs|bench)\/[\w./-]*)`/g)]
        .map((match) => match[1] ?? '')
        .filter((name) => !existsSync(join(repository, name)))
        .map((name) => `${path}: ${relative('.', name)}`),
    )
    expect(missing).toEqual([])
  })
})

describe('the checks themselves', () => {
  it('see a link without a file and one without a heading', () => {
    const page = { path: 'README.md', text: '[a](nowhere.md) [b](#nothing) [c](LICENSE) `[d](x.md)` [e](https://example.com)' }
    expect(brokenLinks(page)).toEqual(['README.md: nowhere.md', 'README.md: #nothing'])
  })
})
