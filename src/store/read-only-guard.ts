// Refuses on the read-only port what ClickHouse's `readonly = 1` lets through: reading and writing files, killing queries.

/**
 * Comments, texts and quoted names, so that words in them are not taken for SQL. A quoted name keeps its place as a
 * name, because `file`('x') in backquotes still calls the function.
 */
const quoted = /--[^\n]*|#[! ][^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:\\[\s\S]|''|[^'\\])*'|`((?:\\[\s\S]|[^`\\])*)`|"((?:\\[\s\S]|[^"\\])*)"/g

const allowedFirstWords: ReadonlySet<string> = new Set(['select', 'with', 'show', 'describe', 'desc', 'explain', 'exists', '('])

/** Functions that read files or other machines, or run programs. Table functions among them fall to `readonly = 1` in a SELECT, but not in DESCRIBE. */
const refusedCalls =
  /\b(?:file|filecluster|url|urlcluster|s3\w*|gcs|cosn|oss|hdfs\w*|azure\w*|iceberg\w*|deltalake\w*|hudi\w*|paimon\w*|remote|remotesecure|cluster|clusterallreplicas|mysql|postgresql|mongodb|redis|sqlite|odbc|jdbc|executable|input|python|ytsaurus|arrowflight|prometheus\w*|catboostevaluate|addresstoline\w*)\s*\(/i

/** @returns why the SQL is refused, undefined when it may run with `readonly = 1` */
export function readOnlyObjection(sql: string): string | undefined {
  const bare = sql.replaceAll(quoted, (_, backquoted?: string, doubled?: string) => {
    const name = backquoted ?? doubled
    return name === undefined ? ' ' : ` ${/^\w+$/.test(name) ? name : '_'} `
  })
  // Statements are looked at one by one: the engine would run them all.
  for (const statement of bare.split(';').map((text) => text.trim())) {
    if (statement === '') continue
    const first = /^(?:\w+|\()/.exec(statement)?.[0].toLowerCase() ?? ''
    if (!allowedFirstWords.has(first)) return 'this port only answers SELECT, WITH, SHOW, DESCRIBE, EXPLAIN and EXISTS'
    if (/\binto\s+outfile\b/i.test(statement)) return 'this port does not write files'
    if (refusedCalls.test(statement)) return 'this port reads nothing but the tables of Drawbridge'
  }
  return undefined
}
