// The pages of docs/ that are generated: each is a function from the table in the source to Markdown.

function cell(text) {
  return String(text).replaceAll('|', '\\|').replaceAll('\n', ' ')
}

function table(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows]
  return lines.map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')
}

function code(text) {
  return text === '' ? '' : `\`${text}\``
}

function shownDefault(value) {
  if (value === undefined || value === '') return ''
  if (Array.isArray(value)) return value.length === 0 ? 'empty' : code(value.join(', '))
  return code(value)
}

function optionTable(options) {
  const rows = options.map(({ path, default: value, allowed, description }) => [code(path), shownDefault(value), allowed, description])
  return table(['option', 'default', 'allowed', 'meaning'], rows)
}

/** docs/configuration.md from the options of base/config-options.ts. */
export function configurationPage(options) {
  const section = (path) => (path.includes('.') ? path.slice(0, path.indexOf('.')) : '')
  const names = [...new Set(options.map(({ path }) => section(path)))]
  const parts = names.map((name) => {
    const heading = name === '' ? '## General' : `## ${name}`
    return `${heading}\n\n${optionTable(options.filter(({ path }) => section(path) === name))}`
  })
  return `# Configuration

This page is generated from \`src/contract/config.ts\` by \`npm run docs\`.

Drawbridge starts without any configuration. Options come from four places, the later ones win:

1. the defaults below
2. a YAML file: \`./drawbridge.yaml\` if it is there, or the one named by \`--config FILE\` or \`DRAWBRIDGE_CONFIG\`
3. environment variables: \`DRAWBRIDGE_\` and the option in capitals, with \`_\` for each dot: \`DRAWBRIDGE_HTTP_PORT\`;
   lists are separated by commas
4. flags: \`--set http.port=8081\`, as often as wanted; \`--data DIR\` and \`--demo\` are short for two of them

A name that does not exist is refused, wherever it stands, together with the nearest one that does.

\`\`\`yaml
# drawbridge.yaml
http:
  port: 8081
store:
  retention:
    raw_days: 14
enrich:
  own_networks: [203.0.113.0/24, 2001:db8::/32]
\`\`\`

\`\`\`sh
./bin/drawbridge config check drawbridge.yaml
./bin/drawbridge config dump
\`\`\`

\`config check\` says what is wrong with a file. \`config dump\` prints every option with its value in force and its meaning.

${parts.join('\n\n')}
`
}

function dimension({ graphql }) {
  if (graphql === undefined) return ''
  return `${code(graphql.name)}${graphql.extension ? ' (extension)' : ''}`
}

/** docs/columns.md from the column table of contract/flow-columns.ts. */
export function columnsPage(columns) {
  const rows = columns.map((column) => [
    code(column.name),
    code(column.type),
    column.unit,
    column.elements.join(', '),
    column.sflow,
    dimension(column),
    column.rollup ? 'all' : 'flows',
    column.description,
  ])
  return `# Flow columns

This page is generated from \`src/contract/flow-columns.ts\` by \`npm run docs\`.

What is kept of every flow. \`elements\` are the information elements of NetFlow v9 and IPFIX that fill a column, the first
one that a template has wins. \`dimension\` is its name in GraphQL ([API](api.md)); an extension is one that Cloudflare's
dataset lacks. \`kept\` says in which tables a column is: \`flows\` holds each flow; \`all\` also the sums by minute and by
hour. A column is 0 or empty where the exporter did not tell.

Bytes and packets are stored as exported. The traffic is \`bytes * sampling_rate\`; bits are never stored.

${table(['column', 'ClickHouse type', 'unit', 'elements', 'sFlow', 'dimension', 'kept', 'meaning'], rows)}
`
}
