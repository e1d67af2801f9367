// Quoting, the read-only port's guard, the request parser and the gate: what keeps SQL from outside in its place.
import { describe, expect, it } from 'vitest'
import { insertWithData, answerFormat, parseRequest, RequestError } from './embedded-request.ts'
import { GateFullError, QueryGate } from './query-gate.ts'
import { readOnlyObjection } from './read-only-guard.ts'
import { sqlName, sqlString } from './sql-text.ts'

describe('readOnlyObjection', () => {
  it.each([
    'select 1',
    ' -- a comment\n with 1 as x select x',
    '(select 1) union all (select 2)',
    'select \'file(\', "into outfile" from flows',
    'select profile(1)',
    'describe table flows',
    'show tables',
    'explain select * from flows',
    'select * from numbers(3);',
    'select count() from flows where src_port = 53 /* url( */',
  ])('lets %j pass', (sql) => expect(readOnlyObjection(sql)).toBeUndefined())

  it.each([
    'insert into flows select 1',
    'kill query where 1',
    'drop table flows',
    'select 1; drop table flows',
    'use system',
    'set readonly = 0',
    "select 1 into outfile '/tmp/x'",
    "select 1 INTO/**/OUTFILE '/tmp/x'",
    "select file('/etc/passwd')",
    "select FILE ('/etc/passwd')",
    "select `file`('/etc/passwd')",
    'select "file"(\'/etc/passwd\')',
    "select file/* x */('/etc/passwd')",
    "desc file('/etc/passwd', 'LineAsString')",
    "desc url('http://192.0.2.1/')",
    "select 'a' || file('/etc/passwd')",
    "select '\\'' , file('/etc/passwd') --'",
    "select '''', file('/etc/passwd')",
    'execute as default select 1',
  ])('refuses %j', (sql) => expect(readOnlyObjection(sql)).toBeTypeOf('string'))
})

describe('quoting', () => {
  it('keeps a text in its quotes', () => expect(sqlString("a'b\\c\n")).toBe("'a\\'b\\\\c\n'"))
  it('refuses NUL', () => expect(() => sqlString('a\0')).toThrow(RangeError))
  it.each(['a b', 'a;b', '1a', '', 'a`'])('refuses the name %j', (name) => expect(() => sqlName(name)).toThrow(RangeError))
})

describe('parseRequest', () => {
  const parse = (query: string, headers = {}) => parseRequest(new URL(`http://x/?${query}`), headers, 'drawbridge')
  it('tells settings, parameters and words of the protocol apart', () => {
    expect(
      parse('query=select+1&param_a=b&max_threads=2&session_id=x&wait_end_of_query=1&http_headers_progress_interval_ms=1&query_id=q-1'),
    ).toEqual({
      query: 'select 1',
      database: 'drawbridge',
      queryId: 'q-1',
      format: 'TabSeparated',
      settings: { max_threads: '2' },
      params: { a: 'b' },
      inPieces: false,
    })
  })
  it('sends an answer in pieces only where that is asked for', () => {
    expect(['', 'wait_end_of_query=1', 'wait_end_of_query=0'].map((query) => parse(query).inPieces)).toEqual([false, false, true])
  })
  it('takes the default database for ours', () => expect(parse('database=default').database).toBe('drawbridge'))
  it.each(['a%20b=1', 'a%27=1', 'param_a=%00', 'default_format=a%3Bb', 'database=a%27'])('refuses %s', (query) =>
    expect(() => parse(query)).toThrow(RequestError),
  )
  it('replaces an id that no header can hold', () => expect(parse('query_id=a%0d%0ab').queryId).toBeUndefined())
})

describe('insertWithData', () => {
  it('splits an insert from its format', () =>
    expect(insertWithData('INSERT INTO t (a, b) FORMAT Native\n')).toEqual({ head: 'INSERT INTO t (a, b)', format: 'Native' }))
  it('takes VALUES for a format', () => expect(insertWithData('insert into t values')).toEqual({ head: 'insert into t', format: 'Values' }))
  it.each(['select 1 format JSON', 'insert into t select 1', 'insert into t values (1)'])('leaves %j', (sql) =>
    expect(insertWithData(sql)).toBeUndefined(),
  )
  it('finds the format of an answer', () => {
    expect(answerFormat('select 1 FORMAT JSON;', 'CSV')).toBe('JSON')
    expect(answerFormat('select 1', 'CSV')).toBe('CSV')
  })
})

describe('QueryGate', () => {
  const held = () => {
    let release = (): void => undefined
    const promise = new Promise<void>((resolve) => {
      release = resolve
    })
    return { promise, release }
  }
  const open = new AbortController().signal

  it('runs so many, lets so many wait, and turns the rest away', async () => {
    const gate = new QueryGate(1, 1)
    const first = held()
    const order: string[] = []
    const one = gate.pass(() => first.promise.then(() => order.push('one')), open)
    const two = gate.pass(() => Promise.resolve(order.push('two')), open)
    await expect(gate.pass(() => Promise.resolve(), open)).rejects.toThrow(GateFullError)
    first.release()
    await Promise.all([one, two])
    expect(order).toEqual(['one', 'two'])
  })

  it('gives up a place in the queue of someone who has gone', async () => {
    const gate = new QueryGate(1, 1)
    const first = held()
    const one = gate.pass(() => first.promise, open)
    const leaving = new AbortController()
    const gone = gate.pass(() => Promise.reject(new Error('must not run')), leaving.signal)
    leaving.abort(new Error('gone'))
    await expect(gone).rejects.toThrow('gone')
    const next = gate.pass(() => Promise.resolve('ran'), open)
    first.release()
    await one
    expect(await next).toBe('ran')
  })

  it('gives the place back after a failure', async () => {
    const gate = new QueryGate(1, 0)
    await expect(gate.pass(() => Promise.reject(new Error('x')), open)).rejects.toThrow('x')
    expect(await gate.pass(() => Promise.resolve(1), open)).toBe(1)
  })
})
