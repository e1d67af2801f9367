// Filters that somebody might send to break something: each is refused with a place, or read as something harmless.
const deep = (text: string, depth: number) => `${'('.repeat(depth)}${text}${')'.repeat(depth)}`
const ranges = (count: number) => Array.from({ length: count }, (_, index) => `${index * 3}-${index * 3 + 1}`).join()
const list = (count: number) => Array.from({ length: count }, (_, index) => index).join()

export interface HostileFilter {
  readonly name: string
  readonly text: string
  /** What the fault names, where it is refused; undefined where it is read. */
  readonly refused?: string
}

/** Text that would be something else in SQL, in quotation marks. */
const sqlTexts = [
  "' OR 1=1 --",
  "') OR (1=1",
  '\\',
  "\\'; DROP TABLE flows; --",
  '/* */',
  '{p0:String}',
  '{p0:UInt64}',
  '`flows`',
  '$$ ; $$',
  'flows FINAL',
  '%s%n%x',
  '${7*7}',
  '\u2019 OR 1=1',
  '\uff07 OR 1=1',
  '\u202e1=1 RO',
  '\ufeff',
  '😀',
  '""; SELECT 1',
]

/** Names that JavaScript objects have. */
const inherited = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']

export const hostileFilters: readonly HostileFilter[] = [
  { name: 'nesting at the limit', text: deep('tcp', 50) },
  { name: 'nesting beyond it', text: deep('tcp', 51), refused: '(' },
  { name: 'nesting without an end', text: '('.repeat(4096), refused: '(' },
  { name: 'negations at the limit', text: `${'not '.repeat(50)}tcp` },
  { name: 'negations beyond it', text: `${'!'.repeat(51)}tcp`, refused: '!' },
  { name: 'closed only', text: ')'.repeat(4096), refused: ')' },
  { name: 'braces only', text: `src_port in ${'{'.repeat(4000)}`, refused: '{' },
  { name: 'commas only', text: `src_port in {${','.repeat(4000)}}`, refused: ',' },
  { name: 'a list at the limit', text: `src_port in {${list(500)}}` },
  { name: 'a list beyond it', text: `src_port in {${list(501)}}`, refused: '500' },
  { name: 'conditions at the limit', text: Array.from({ length: 500 }, () => 'tcp').join('||') },
  { name: 'conditions beyond it', text: Array.from({ length: 501 }, () => 'tcp').join('||'), refused: 'tcp' },
  { name: 'ranges of both sides at the limit', text: `port in {${ranges(125)}}` },
  { name: 'ranges of both sides beyond it', text: `port in {${ranges(126)}}`, refused: 'port' },
  { name: 'every port', text: 'port 0-65535' },
  { name: 'every address', text: 'src 0.0.0.0-255.255.255.255 or src ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff or host ::/0' },
  { name: 'dashes', text: `src_port ${'1-'.repeat(2000)}1`, refused: `${'1-'.repeat(2000)}1` },
  { name: 'dashes of dates', text: `time ${'2026-01-01-'.repeat(300)}`, refused: '2026-01-01-'.repeat(300) },
  { name: 'colons', text: `src ${':'.repeat(4000)}`, refused: ':'.repeat(4000) },
  { name: 'a long name', text: 'x'.repeat(4096), refused: 'x'.repeat(4096) },
  { name: 'a long value', text: `proto ${'u'.repeat(4000)}`, refused: 'u'.repeat(4000) },
  { name: 'ten million characters', text: 'tcp or '.repeat(1_500_000), refused: 'rest' },
  { name: 'ten million quotation marks', text: '"'.repeat(10_000_000), refused: 'rest' },
  { name: 'ten million spaces', text: ' '.repeat(10_000_000), refused: 'rest' },
  { name: 'many wildcards', text: `src like "${'%a'.repeat(128)}"` },
  { name: 'too many wildcards', text: `src like "${'%a'.repeat(128)}b"`, refused: `"${'%a'.repeat(128)}b"` },
  { name: 'a pattern of another kind of wildcard', text: 'src like "(a+)+$" or src like "(.*)*.*[a-z]{1,1000000}"' },
  { name: 'conditions that are long in SQL', text: Array.from({ length: 170 }, () => 'proto_name like "a"').join(' or ') },
  { name: 'a NUL', text: 'src like "a\0b"', refused: '\0' },
  { name: 'a NUL outside', text: 'tcp\0', refused: '\0' },
  { name: 'a line end in a text', text: 'src like "a\nb"', refused: '\n' },
  { name: 'a comment of SQL', text: 'tcp -- and udp', refused: '--' },
  { name: 'another comment', text: 'tcp /* */', refused: '*' },
  { name: 'a second statement', text: 'tcp; DROP TABLE flows', refused: ';' },
  { name: 'single quotes', text: "src '10.0.0.1'", refused: "'" },
  { name: 'a backslash', text: 'src \\', refused: '\\' },
  { name: 'a place of a parameter', text: 'src {p0:String}', refused: 'p0:String' },
  { name: 'a text without an end', text: 'src like "', refused: '"' },
  { name: 'wide letters', text: 'ｓｒｃ 10.0.0.1', refused: 'ｓ' },
  { name: 'digits of another script', text: 'src_port ٣', refused: '٣' },
  { name: 'a space without width', text: 'src\u200b 10.0.0.1', refused: '\u200b' },
  { name: 'a space that does not break', text: 'src\u00a010.0.0.1', refused: '\u00a0' },
  { name: 'half a character', text: 'tcp \ud800', refused: '\ud800' },
  { name: 'half a character in a text', text: 'src like "a\udfff\ud800b"', refused: '\udfff' },
  { name: 'a number too large', text: 'src_as 4294967296', refused: '4294967296' },
  { name: 'a number beyond all', text: `src_as ${'9'.repeat(400)}`, refused: '9'.repeat(400) },
  { name: 'a negative number', text: 'src_port -1', refused: '-1' },
  { name: 'a number with an exponent', text: 'src_port 1e3', refused: '1e3' },
  { name: 'no number', text: 'src_port NaN', refused: 'NaN' },
  { name: 'a zone of an address', text: 'src fe80::1%25eth0', refused: '%' },
  { name: 'an address of octal numbers', text: 'src 010.0.0.1', refused: '010.0.0.1' },
  { name: 'a time that no calendar has', text: 'time 2026-02-31T25:61:00Z', refused: '2026-02-31T25:61:00Z' },
  { name: 'the account of others', text: 'account 2', refused: 'account' },
  ...inherited.flatMap((name) => [
    // Separators do not count in a name, so this is one of them.
    { name: `${name} as a field`, text: `${name} 5`, ...(name !== '__proto__' && { refused: name }) },
    { name: `${name} as a protocol`, text: `proto ${name}`, refused: name },
    { name: `${name} as a flag`, text: `flags ${name}`, refused: name },
    { name: `${name} as a word`, text: `direction ${name}`, refused: name },
  ]),
  ...sqlTexts.map((text) => ({ name: `${text} as a pattern`, text: `src like "${text.replaceAll('"', '""')}"` })),
  ...sqlTexts.slice(0, 8).map((text) => ({ name: `${text} as a value`, text: `direction "${text}"`, refused: `"${text}"` })),
]
