// Feeds a decoder with inputs in sequences, twice each with different bytes behind them, and checks what comes out.
import { clearFlowBatch, batchColumns, elementsPerRow } from '../dist/contract/flow-batch.js'
import { WireError, wireErrorTexts } from '../dist/contract/wire-errors.js'
import { BgpError } from '../dist/wire/bgp/bgp-error.js'
import { ByteWriter, maxInput } from './byte-writer.mjs'
import { mutate } from './mutate.mjs'
import { mixSeed, Random } from './random.mjs'
import { beginGeneration } from './targets.mjs'

/** Datagrams of one sequence: they share templates, so that data sets find some. */
const sequenceLength = 64
/** One sequence in so many has datagrams up to the largest that UDP carries. */
const largeEvery = 500
/** How often the whole batch is looked through for what was written and not marked. */
const sweepEvery = 256
/** Limit for an input of a frame's size, and the largest of these. */
const slowMs = 1
const frameSize = 1500
/** Rows that are swept: more than sequences make, save for the rarest. */
const sweptRows = 8192

const codes = Object.keys(wireErrorTexts)

/** A number for an error that a decoder may throw, undefined for all others. */
function codeOf(error) {
  if (error instanceof WireError) return codes.indexOf(error.code)
  // Code and subcode of a NOTIFICATION are bytes.
  return error instanceof BgpError ? codes.length + error.code * 256 + error.subcode : undefined
}

/** An array with room before and behind the input; what is not the input is poison. */
class PoisonedBuffer {
  #bytes
  #view
  #poison
  #dirty = 0

  constructor(poison, offset) {
    this.#bytes = new Uint8Array(offset + maxInput + 70_000).fill(poison)
    // What a decoder is given: it starts at the input, and does not end with it. The offset differs between the two
    // buffers, so that a view that forgets it reads something else.
    this.#view = this.#bytes.subarray(offset)
    this.#poison = poison
  }

  load(input) {
    this.#view.set(input)
    if (this.#dirty > input.length) this.#view.fill(this.#poison, input.length, this.#dirty)
    this.#dirty = input.length
    return this.#view
  }
}

/** One decoder with its state, its buffer, and what each input of the sequence did. */
class Run {
  side
  buffer
  errors = new Int32Array(1024)
  rows = new Int32Array(1024)
  traces = new Int32Array(1024)
  /** Exception that no decoder may throw, with the input that caused it. */
  failure

  constructor(side, buffer) {
    this.side = side
    this.buffer = buffer
  }

  begin() {
    this.failure = undefined
    this.side.begin()
    clearFlowBatch(this.side.batch)
  }

  step(input, index) {
    const view = this.buffer.load(input)
    this.errors[index] = -1
    try {
      this.side.decode(view, input.length)
    } catch (error) {
      const code = codeOf(error)
      if (code === undefined) this.failure ??= { index, error }
      else this.errors[index] = code
    }
    this.rows[index] = this.side.rows
    this.traces[index] = this.side.trace.sum
  }
}

export class Fuzzer {
  #target
  #seed
  #random = new Random()
  #writer = new ByteWriter()
  #a
  #b
  #pool
  #sequences = 0
  #sweptAt = 0
  inputs = 0
  bytes = 0
  rows = 0
  /** Inputs that ended in a coded error. */
  refused = 0
  slowest = { ms: 0, length: 0 }
  slowestLarge = { ms: 0, length: 0 }
  /** Milliseconds of each input of the sequence at hand: the least of the times that it was run. */
  #times = new Float64Array(1024)
  findings = []

  /**
   * @param corpus inputs of real exporters
   * @param onFinding is given { check, detail, inputs }; `inputs` are the bytes that lead to it, in order
   */
  constructor(target, { seed, corpus = [] }) {
    this.#target = target
    this.#seed = seed
    this.#a = new Run(target.side(), new PoisonedBuffer(0x00, 64))
    this.#b = new Run(target.side(), new PoisonedBuffer(0xff, 65))
    const frame = target.frame ?? new Uint8Array(0)
    this.#pool = corpus.filter((bytes) => target.seeds(bytes)).map((bytes) => Uint8Array.from([...frame, ...bytes]))
  }

  get seedInputs() {
    return this.#pool.length
  }

  /** Runs one sequence. The first inputs teach the compiler and are not timed. */
  sequence({ timed }) {
    const number = this.#sequences++
    const inputs = this.#generate(number)
    this.#check(inputs, timed)
    if (number - this.#sweptAt >= sweepEvery) {
      this.#sweep(number)
      this.#sweptAt = number
    }
  }

  /** Checks inputs from elsewhere, as one sequence. */
  replay(inputs) {
    for (let i = 0; i < 20; i++) this.#runBoth(inputs)
    this.#check(inputs, true)
    this.#reportSweep(inputs)
  }

  #generate(number) {
    const random = this.#random
    const writer = this.#writer
    random.seed(mixSeed(this.#seed, number))
    writer.clear()
    beginGeneration()
    const large = number % largeEvery === largeEvery - 1
    const count = large ? 8 : sequenceLength
    // Whole sequences of sound inputs reach what lies behind a template; damaged ones the checks before it.
    const damage = random.oneIn(4) ? 0 : random.oneIn(2) ? 2 : 4
    const inputs = []
    for (let i = 0; i < count && writer.hasRoom; i++) {
      writer.begin()
      this.#base(large)
      if (damage > 0 && !random.oneIn(damage)) mutate(writer, random, this.#other(inputs))
      writer.end()
      inputs.push(writer.input(i))
    }
    return inputs
  }

  /** An input to start from: a generated one, or one of the corpus. Large ones are many in a row. */
  #base(large) {
    const random = this.#random
    const writer = this.#writer
    if (this.#pool.length > 0 && random.oneIn(6)) writer.raw(random.pick(this.#pool))
    else this.#target.generate(writer, random)
    if (!large) return
    const start = writer.starts[writer.count]
    const unit = Math.max(1, writer.at - start - 16)
    const end = start + random.below(maxInput)
    // The tail again and again: sets, samples and blocks follow each other until the datagram is full.
    while (writer.at < end) {
      const length = Math.min(unit, end - writer.at)
      writer.bytes.copyWithin(writer.at, start + 16, start + 16 + length)
      writer.at += length
    }
  }

  #other(inputs) {
    const random = this.#random
    if (this.#pool.length > 0 && random.oneIn(3)) return random.pick(this.#pool)
    return inputs.length === 0 ? new Uint8Array(0) : random.pick(inputs)
  }

  #runBoth(inputs) {
    const a = this.#a
    const b = this.#b
    a.begin()
    let begun = performance.now()
    for (let i = 0; i < inputs.length; i++) {
      a.step(inputs[i], i)
      const ended = performance.now()
      this.#times[i] = ended - begun
      begun = ended
    }
    b.begin()
    for (let i = 0; i < inputs.length; i++) b.step(inputs[i], i)
  }

  #check(inputs, timed) {
    this.#runBoth(inputs)
    this.inputs += inputs.length
    this.rows += this.#a.side.rows
    for (let i = 0; i < inputs.length; i++) {
      this.bytes += inputs[i].length
      if (this.#a.errors[i] >= 0) this.refused++
    }
    const fault = this.#fault(inputs)
    if (fault !== undefined) this.#found(fault, inputs)
    else if (timed && this.#mayBeSlowest(inputs)) this.#timeAgain(inputs)
  }

  /** What is wrong with the sequence that both have just run, undefined when nothing is. */
  #fault(inputs) {
    const a = this.#a
    const b = this.#b
    const failure = a.failure ?? b.failure
    if (failure !== undefined) return { check: 'exception', index: failure.index, detail: String(failure.error?.stack ?? failure.error) }
    let before = 0
    for (let i = 0; i < inputs.length; i++) {
      if (a.errors[i] !== b.errors[i] || a.rows[i] !== b.rows[i] || a.traces[i] !== b.traces[i])
        return { check: 'outside', index: i, detail: 'what stands behind the input changes what is made of it' }
      const made = a.rows[i] - before
      before = a.rows[i]
      const most = this.#target.mostRows(inputs[i].length)
      if (made > most) return { check: 'rows', index: i, detail: `${made} rows of ${inputs[i].length} bytes` }
    }
    const column = differingColumn(a.side.batch, b.side.batch)
    if (column !== undefined)
      return { check: 'outside', index: inputs.length - 1, detail: `what stands behind the input changes column ${column}` }
    if (a.side.batch.rows > a.side.batch.capacity)
      return { check: 'rows', index: inputs.length - 1, detail: 'more rows than the batch holds' }
    const imbalance = a.side.imbalance?.()
    if (imbalance !== undefined) return { check: 'ledger', index: inputs.length - 1, detail: imbalance }
    return undefined
  }

  #stillFails(inputs, check) {
    this.#runBoth(inputs)
    return this.#fault(inputs)?.check === check
  }

  #found(fault, inputs) {
    // The same line of code again and again would fill the disk and teach nothing.
    const kind = `${fault.check} ${fault.detail.replaceAll(/\d+/g, '#').split('\n').slice(0, 2).join(' ')}`
    const same = this.findings.filter((finding) => finding.kind === kind)
    if (same.length > 0) {
      same[0].times++
      return
    }
    const least = this.#least(
      inputs.slice(0, fault.index + 1).map((input) => input.slice()),
      fault.check,
    )
    this.findings.push({ kind, check: fault.check, detail: fault.detail, times: 1, inputs: least, sequence: this.#sequences - 1 })
  }

  /** Takes away inputs, then bytes from the ends, as long as the fault remains. */
  #least(inputs, check) {
    let least = inputs
    for (let i = least.length - 1; i >= 0; i--) {
      const fewer = least.toSpliced(i, 1)
      if (fewer.length > 0 && this.#stillFails(fewer, check)) least = fewer
    }
    for (let i = 0; i < least.length; i++) {
      for (let cut = least[i].length >> 1; cut > 0; cut >>= 1) {
        const shorter = least.with(i, least[i].slice(0, least[i].length - cut))
        if (this.#stillFails(shorter, check)) least = shorter
      }
    }
    return least
  }

  /** Whether any input took longer than what is known to be the slowest. */
  #mayBeSlowest(inputs) {
    const slowest = Math.min(slowMs, this.slowest.ms)
    for (let i = 0; i < inputs.length; i++)
      if (this.#times[i] > (inputs[i].length > frameSize ? this.slowestLarge.ms : slowest)) return true
    return false
  }

  /** Times each input alone, in processor time, the least of several runs: the machine has other things to do as well. */
  #timeAgain(inputs) {
    for (let round = 0; round < 7; round++) {
      this.#timeRound(inputs)
      if (!this.#mayBeSlowest(inputs)) return
    }
    // Before anything is called slow, it gets every chance to show that it is not.
    for (let round = 0; round < 60 && this.#hasSlow(inputs); round++) this.#timeRound(inputs)
    for (let i = 0; i < inputs.length; i++) this.#noteTime(inputs, i, this.#times[i])
  }

  #hasSlow(inputs) {
    for (let i = 0; i < inputs.length; i++) if (inputs[i].length <= frameSize && this.#times[i] > slowMs) return true
    return false
  }

  #timeRound(inputs) {
    const run = this.#a
    run.begin()
    for (let i = 0; i < inputs.length; i++) {
      const begun = processorMs()
      run.step(inputs[i], i)
      this.#times[i] = Math.min(this.#times[i], processorMs() - begun)
    }
  }

  #noteTime(inputs, index, ms) {
    const { length } = inputs[index]
    if (length > frameSize) {
      if (ms > this.slowestLarge.ms) this.slowestLarge = { ms, length, inputs: copies(inputs, index) }
      return
    }
    if (ms > this.slowest.ms) this.slowest = { ms, length, inputs: copies(inputs, index) }
    if (ms > slowMs) this.#foundSlow(inputs, index, ms)
  }

  #foundSlow(inputs, index, ms) {
    const known = this.findings.find((finding) => finding.check === 'slow')
    const finding = { kind: 'slow', check: 'slow', detail: `${ms.toFixed(2)} ms for ${inputs[index].length} bytes`, ms, times: 1 }
    if (known === undefined) this.findings.push({ ...finding, inputs: copies(inputs, index), sequence: this.#sequences - 1 })
    else if (known.ms < ms) Object.assign(known, finding, { inputs: copies(inputs, index), times: known.times + 1 })
    else known.times++
  }

  /** Whether the last sequences have left anything in the batch that clearing it does not clear; if so, which one did. */
  #sweep(number) {
    clearFlowBatch(this.#a.side.batch)
    if (dirtyColumn(this.#a.side.batch) === undefined) return
    scrub(this.#a.side.batch)
    for (let i = this.#sweptAt; i <= number; i++) {
      const inputs = this.#generate(i)
      this.#a.begin()
      for (const [index, input] of inputs.entries()) this.#a.step(input, index)
      if (this.#reportSweep(inputs)) break
    }
    scrub(this.#a.side.batch)
    scrub(this.#b.side.batch)
  }

  #reportSweep(inputs) {
    clearFlowBatch(this.#a.side.batch)
    const column = dirtyColumn(this.#a.side.batch)
    if (column === undefined) return false
    this.#foundUnmarked(column, inputs)
    return true
  }

  #foundUnmarked(column, inputs) {
    const kind = `unmarked ${column}`
    if (this.findings.some((finding) => finding.kind === kind)) return
    const detail = `column ${column} was written and not marked, or beyond the last row`
    this.findings.push({
      kind,
      check: 'unmarked',
      detail,
      times: 1,
      inputs: inputs.map((input) => input.slice()),
      sequence: this.#sequences - 1,
    })
  }
}

function processorMs() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function copies(inputs, index) {
  return inputs.slice(0, index + 1).map((input) => input.slice())
}

function bytesOf(batch, column, rows) {
  const array = batch.columns[column.name]
  return Buffer.from(array.buffer, array.byteOffset, Math.min(rows, batch.capacity) * elementsPerRow[column.kind] * array.BYTES_PER_ELEMENT)
}

function differingColumn(a, b) {
  for (const [index, column] of batchColumns.entries()) {
    if (a.present[index] !== b.present[index]) return column.name
    if (a.present[index] === 1 && bytesOf(a, column, a.rows).compare(bytesOf(b, column, b.rows)) !== 0) return column.name
  }
  return undefined
}

const zeros = Buffer.alloc(sweptRows * 16)

function dirtyColumn(batch) {
  for (const column of batchColumns) {
    const bytes = bytesOf(batch, column, sweptRows)
    if (bytes.compare(zeros, 0, bytes.length) !== 0) return column.name
  }
  return undefined
}

function scrub(batch) {
  for (const column of batchColumns) batch.columns[column.name].fill(0)
}
