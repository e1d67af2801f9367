// A host for the decoders that keeps templates as a collector does and mixes all that it is told into a trace.
import { createFlowBatch } from '../dist/contract/flow-batch.js'
import { createExportHeader } from '../dist/wire/export-header.js'
import { maxRecordsPerDatagram } from '../dist/wire/record-writer.js'
import { compileTemplate, sameFields } from '../dist/wire/template.js'
import { Trace } from './trace.mjs'

const maxTemplates = 2048
const maxCompiled = 4096
const compiled = new Map()

export class TracingHost {
  batch = createFlowBatch(maxRecordsPerDatagram * 2)
  header = createExportHeader()
  trace = new Trace()
  #templates = new Map()
  #boot = 0

  begin() {
    this.#templates.clear()
    this.#boot = 0
    this.trace.sum = 0
  }

  template(header, id) {
    return this.#templates.get(header.domain * 65_536 + id)
  }

  defineTemplate(header, id, fields, scope) {
    this.trace.add(id)
    this.trace.add(scope ?? -1)
    for (const field of fields) this.trace.add((field.element << 16) ^ field.length ^ field.enterprise)
    const key = header.domain * 65_536 + id
    const known = this.#templates.get(key)
    if (known !== undefined && sameFields(known, fields, scope)) return
    const template = this.#compiled(id, fields, scope)
    if (this.#templates.size >= maxTemplates) this.#templates.clear()
    this.#templates.set(key, template)
  }

  /** Templates come again in later sequences: those compiled are kept, as compiling takes longer than all the rest. */
  #compiled(id, fields, scope) {
    let key = scope ?? -1
    for (const field of fields) key = Math.imul(key ^ (field.element << 16) ^ field.length ^ field.enterprise, 0x01000193)
    const known = compiled.get(key)
    if (known !== undefined && sameFields(known, fields, scope)) return known
    const template = compileTemplate(id, fields, scope)
    if (compiled.size >= maxCompiled) compiled.clear()
    compiled.set(key, template)
    return template
  }

  withdrawTemplate(header, id) {
    this.trace.add(id)
    this.#templates.delete(header.domain * 65_536 + id)
  }

  recordsWritten(header, template, from, to) {
    this.trace.add(to - from)
    this.trace.add(header.bootMs)
    this.trace.add(header.samplingRate)
  }

  optionsRecord(_header, values) {
    for (const { element, enterprise, value, bytes } of values) {
      this.trace.add((element << 8) ^ enterprise)
      this.trace.add(value)
      this.trace.bytes(bytes, 0, bytes.length)
      if (element === 160) this.#boot = value
    }
  }

  setWithoutTemplate(_header, id, bytes, start, end) {
    this.trace.add(id)
    this.trace.bytes(bytes, start, end)
  }

  exportSequence(header, units) {
    this.trace.add(header.sequence)
    this.trace.add(units)
  }

  malformed(code) {
    this.trace.add(code.charCodeAt(4))
  }

  bootMs() {
    return this.#boot
  }

  sflowDatagram(datagram) {
    this.trace.add(datagram.agent[3])
    this.trace.add(datagram.sequence)
    return true
  }

  sflowFlowSample(sample, row) {
    this.#sample(sample)
    this.trace.add(row)
  }

  sflowCounterSample(sample) {
    this.#sample(sample)
  }

  sflowCounterRecord(format, bytes, start, end) {
    this.trace.add(format)
    this.trace.bytes(bytes, start, end)
  }

  /** Typed counters: their fields are numbers. */
  sflowInterfaceCounters(counters) {
    for (const key in counters) this.trace.add(Number(counters[key]))
  }

  sflowDropSample(sample) {
    this.#sample(sample)
  }

  sflowDiscard({ reason, inputInterface, outputInterface, frameLength, link, bytes, start, end }) {
    for (const number of [reason, inputInterface, outputInterface, frameLength, link]) this.trace.add(number)
    this.trace.bytes(bytes, start, end)
  }

  sflowSkipped(what, format) {
    this.trace.add(what.length)
    this.trace.add(format)
  }

  #sample(sample) {
    this.trace.add(sample.sequence)
    this.trace.add(sample.sourceIndex)
    this.trace.add(sample.drops)
    this.trace.add(sample.parts)
  }
}
