// Whether any text that people see stands in a module instead of the catalogue, where other languages would miss it.
import { readdirSync, readFileSync } from 'node:fs'
import { parseAst } from 'vite'
import { describe, expect, it } from 'vitest'

/** A node of the syntax tree: its type, and others below any key. */
type Node = Readonly<Record<string, unknown>> & { readonly type: string }

/** Attributes that are read out or shown; those of components as well. */
const shownAttributes =
  /^(aria-(label|description|roledescription|valuetext)|title|placeholder|label|alt|description|contents|content|legend|heading|hint|text|note|name|submit|confirm|empty|detail|message|tooltip|error|caption|summary|fix|meaning)$/
/** Names are for the browser where they are one word. */
const isWords = (attribute: string, text: string) => (attribute === 'name' ? /\w \w/.test(text) : /\p{L}{2}/u.test(text))

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Texts that an expression can come to: of literals, templates, and both ways of a condition. */
function literals(expression: unknown): string[] {
  if (!isNode(expression)) return []
  switch (expression.type) {
    case 'Literal':
      return [textOf(expression['value'])]
    case 'TemplateLiteral':
      return (expression['quasis'] as { readonly value: { readonly raw: string } }[]).map(({ value }) => value.raw)
    case 'JSXExpressionContainer':
    case 'ParenthesizedExpression':
      return literals(expression['expression'])
    case 'ConditionalExpression':
      return [...literals(expression['consequent']), ...literals(expression['alternate'])]
    case 'LogicalExpression':
    case 'BinaryExpression':
      return [...(expression['operator'] === '&&' ? [] : literals(expression['left'])), ...literals(expression['right'])]
    default:
      return []
  }
}

function textsAt(node: Node): string[] {
  if (node.type === 'JSXText') return [textOf(node['value'])].filter((text) => isWords('', text))
  if (node.type === 'JSXElement' || node.type === 'JSXFragment')
    return (node['children'] as Node[])
      .filter(({ type }) => type === 'JSXExpressionContainer')
      .flatMap(literals)
      .filter((text) => isWords('', text))
  if (node.type !== 'JSXAttribute') return []
  const attribute = textOf((node['name'] as Node)['name'])
  return shownAttributes.test(attribute) ? literals(node['value']).filter((text) => isWords(attribute, text)) : []
}

function collect(value: unknown, found: string[]): void {
  if (typeof value !== 'object' || value === null) return
  if (isNode(value)) found.push(...textsAt(value))
  for (const key in value) collect((value as Record<string, unknown>)[key], found)
}

/** What is typed or pressed, and a name: the same in every language. */
const common = /^(https:\/\/|tcpdump -n -i any( ')?|SHA-256|Ctrl)$/

function hardCoded(source: string): string[] {
  const found: string[] = []
  collect(parseAst(source, { lang: 'tsx' }).body, found)
  return found.map((text) => text.trim()).filter((text) => !common.test(text))
}

describe('texts in modules of the dashboard', () => {
  it('are found where they are shown', () => {
    const source =
      'const a = <p title={b ? \'Shown here\' : `and ${c}`} id="Not here">Said {d ?? \'or this\'} <b aria-label="Heard" />{text.kept}</p>'
    expect(hardCoded(source).toSorted()).toEqual(['Heard', 'Said', 'Shown here', 'and', 'or this'])
  })

  it('are all in the catalogue', () => {
    const files = readdirSync('src/web', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tsx'))
    expect(files.length).toBeGreaterThan(100)
    expect(files.flatMap((file) => hardCoded(readFileSync(`src/web/${file}`, 'utf8')).map((text) => `${file}: ${text}`))).toEqual([])
  })
})
