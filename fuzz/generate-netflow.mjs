// Makes NetFlow and IPFIX datagrams that are right in most parts and wrong in some: templates, options templates,
// data sets of them, withdrawals, and lengths and counts that lie now and then.
import { Random } from './random.mjs'

/** Elements with a column or a meaning of their own, and the length that they usually have. */
const elements = [
  [1, 4],
  [2, 4],
  [4, 1],
  [5, 1],
  [6, 1],
  [7, 2],
  [8, 4],
  [9, 1],
  [10, 2],
  [11, 2],
  [12, 4],
  [13, 1],
  [14, 2],
  [15, 4],
  [16, 4],
  [17, 4],
  [18, 4],
  [21, 4],
  [22, 4],
  [23, 4],
  [24, 4],
  [27, 16],
  [28, 16],
  [29, 1],
  [30, 1],
  [31, 3],
  [32, 2],
  [34, 4],
  [35, 1],
  [48, 1],
  [49, 1],
  [50, 4],
  [52, 1],
  [54, 2],
  [56, 6],
  [57, 6],
  [58, 2],
  [59, 2],
  [61, 1],
  [62, 16],
  [63, 16],
  [70, 3],
  [71, 3],
  [80, 6],
  [81, 6],
  [82, 65535],
  [85, 8],
  [86, 8],
  [88, 2],
  [89, 1],
  [104, 65535],
  [136, 1],
  [139, 2],
  [148, 8],
  [149, 4],
  [150, 4],
  [151, 4],
  [152, 8],
  [153, 8],
  [154, 8],
  [155, 8],
  [156, 8],
  [157, 8],
  [158, 4],
  [159, 4],
  [160, 8],
  [176, 1],
  [177, 1],
  [178, 1],
  [179, 1],
  [180, 2],
  [181, 2],
  [182, 2],
  [183, 2],
  [192, 1],
  [197, 1],
  [210, 4],
  [225, 4],
  [226, 4],
  [227, 2],
  [228, 2],
  [231, 8],
  [232, 8],
  [233, 1],
  [243, 2],
  [245, 2],
  [252, 4],
  [253, 4],
  [254, 2],
  [255, 2],
  [256, 2],
  [281, 16],
  [282, 16],
  [291, 65535],
  [292, 65535],
  [293, 65535],
  [298, 8],
  [299, 8],
  [302, 2],
  [305, 4],
  [306, 4],
  [309, 4],
  [310, 4],
  [311, 8],
  [312, 2],
  [313, 65535],
  [314, 65535],
  [315, 65535],
  [315, 64],
  [323, 8],
  [410, 2],
  [40001, 4],
  [40005, 1],
]
const oddLengths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 32, 64, 255, 1000, 65534, 65535]
const scopes9 = [1, 2, 3, 4, 5]
/** The reverse elements of RFC 5103, Cisco, VMware, ntop: enterprise numbers that exporters use. */
const enterprises = [29305, 29305, 9, 6876, 35632, 0, 0xffffffff]
const variableLength = 65535

function randomFields(random, ipfix) {
  const count = random.oneIn(30) ? random.below(200) : 1 + random.below(random.oneIn(3) ? 24 : 8)
  const fields = []
  for (let i = 0; i < count; i++) {
    const [element, usual] = random.pick(elements)
    const odd = random.oneIn(16)
    const length = odd ? random.pick(oddLengths) : random.oneIn(24) && ipfix ? variableLength : usual
    const enterprise = ipfix && random.oneIn(8) ? random.pick(enterprises) : -1
    fields.push({ element: random.oneIn(30) ? random.next() & 0x7fff : element, length, enterprise })
  }
  return fields
}

/** Definitions that come again and again, as those of exporters do: compiling new ones all the time tests little else. */
function library(ipfix) {
  const random = new Random()
  random.seed(ipfix ? 1 : 2)
  return Array.from({ length: 1000 }, () => randomFields(random, ipfix))
}

/** The versions with records of fixed length. */
export const fixedForms = {
  netflow1: { version: 1, headerLength: 16, recordLength: 52 },
  netflow5: { version: 5, headerLength: 24, recordLength: 48 },
  netflow7: { version: 7, headerLength: 24, recordLength: 52 },
}

/** Remembers the templates of the sequence at hand, so that data sets fit them. */
export class NetflowGenerator {
  #templates = []
  #netflow9Fields = library(false)
  #ipfixFields = library(true)

  begin() {
    this.#templates.length = 0
  }

  /** Versions 1, 5 and 7: a header and records of fixed length. */
  fixed(writer, random, { version, headerLength, recordLength }) {
    const start = writer.at
    const records = random.oneIn(10) ? random.below(31) : random.below(3)
    writer.u16(version)
    writer.u16(random.oneIn(12) ? random.next() : records)
    writer.u32(random.next())
    writer.u32(1_700_000_000 + random.below(1000))
    writer.u32(random.next())
    writer.u32(random.below(10_000))
    writer.u16(random.below(4))
    writer.u16(random.oneIn(2) ? 0 : random.next())
    writer.at = start + headerLength
    writer.random(random, records * recordLength + (random.oneIn(8) ? random.below(recordLength) : 0))
  }

  netflow9(writer, random) {
    writer.u16(9)
    writer.u16(random.below(10))
    writer.u32(random.oneIn(2) ? 60_000 : random.next())
    writer.u32(1_700_000_000 + random.below(1000))
    writer.u32(random.below(10_000))
    writer.u32(random.below(3))
    this.#sets(writer, random, false)
  }

  ipfix(writer, random) {
    const start = writer.at
    writer.u16(10)
    writer.u16(0)
    writer.u32(1_700_000_000 + random.below(1000))
    writer.u32(random.below(10_000))
    writer.u32(random.below(3))
    this.#sets(writer, random, true)
    writer.u16At(start + 2, random.oneIn(20) ? random.next() : writer.at - start)
  }

  #sets(writer, random, ipfix) {
    if (random.oneIn(40)) return this.#mostWork(writer, random, ipfix)
    const count = random.oneIn(8) ? random.below(12) : 1 + random.below(2)
    for (let i = 0; i < count; i++) {
      const kind = random.below(16)
      if (this.#templates.length === 0 || kind < 3) this.#set(writer, random, ipfix ? 2 : 0, () => this.#templateSet(writer, random, ipfix))
      else if (kind < 5) this.#set(writer, random, ipfix ? 3 : 1, () => this.#optionsSet(writer, random, ipfix))
      else if (kind < 6) this.#set(writer, random, random.below(300), () => writer.random(random, random.below(64)))
      else if (kind < 7 && ipfix) this.#set(writer, random, 2 + random.below(2), () => this.#withdrawals(writer, random))
      else this.#dataSet(writer, random)
    }
    if (random.oneIn(6)) writer.zeros(random.below(16))
  }

  /** What gives a decoder the most to do for its bytes: as many of the smallest parts as a frame holds. */
  #mostWork(writer, random, ipfix) {
    const end = writer.at + 200 + random.below(1250)
    const kind = random.below(6)
    if (kind === 0) while (writer.at < end) this.#set(writer, random, 256 + random.below(2000), () => writer.zeros(random.below(3)))
    else if (kind === 1) this.#set(writer, random, ipfix ? 2 : 0, () => this.#smallTemplates(writer, random, end, ipfix && random.oneIn(8)))
    else if (kind === 2) this.#set(writer, random, ipfix ? 3 : 1, () => this.#smallOptionsTemplates(writer, random, end, ipfix))
    else this.#wideTemplate(writer, random, ipfix, { end, isOptions: kind !== 3, fields: random.oneIn(4) ? 1 : random.below(300) })
  }

  #smallTemplates(writer, random, end, withdrawn) {
    while (writer.at < end) {
      writer.u16(withdrawn ? 2 + random.below(2) : 256 + random.below(4000))
      if (withdrawn) writer.u16(0)
      else this.#smallFields(writer, random)
    }
  }

  /** One field, or the pair of counters that makes a biflow, for which more has to be compiled. */
  #smallFields(writer, random) {
    const pair = random.oneIn(2) ? [231, 232] : []
    const elements = [...pair, random.below(500)]
    writer.u16(elements.length)
    for (const element of elements) writeField(writer, { element, length: random.below(9), enterprise: -1 })
  }

  #smallOptionsTemplates(writer, random, end, ipfix) {
    while (writer.at < end) {
      writer.u16(256 + random.below(4000))
      writer.u16(ipfix ? 1 : 4)
      writer.u16(ipfix ? 1 : 0)
      writeField(writer, { element: random.below(500), length: random.below(9), enterprise: -1 })
    }
  }

  /** A template of fields without length but for the last, so that its records are a byte; and a set of those. */
  #wideTemplate(writer, random, ipfix, { end, isOptions, fields: count }) {
    const fields = Array.from({ length: count }, () => ({ element: random.below(500), length: 0, enterprise: -1 }))
    fields.push({ element: 48, length: random.oneIn(2) || !ipfix ? 1 : variableLength, enterprise: -1 })
    const id = 256 + random.below(6)
    this.#set(writer, random, ipfix ? (isOptions ? 3 : 2) : isOptions ? 1 : 0, () => {
      writer.u16(id)
      writer.u16(ipfix ? fields.length : isOptions ? 0 : fields.length)
      if (isOptions) writer.u16(ipfix ? 1 : fields.length * 4)
      for (const field of fields) writeField(writer, field)
    })
    this.#set(writer, random, id, () => writer.zeros(Math.max(1, Math.min(end - writer.at, 1400))))
    this.#templates.push({ id, fields, scope: isOptions ? 1 : 0 })
  }

  /** A set around `content`, its length right except now and then. */
  #set(writer, random, id, content) {
    const start = writer.at
    writer.u16(id)
    writer.u16(0)
    content()
    if (random.oneIn(4)) writer.zeros(random.below(4))
    const length = writer.at - start
    writer.u16At(start + 2, random.oneIn(24) ? length - 6 + random.below(12) : length)
  }

  #templateSet(writer, random, ipfix) {
    const count = random.oneIn(12) ? random.below(12) : 1
    for (let i = 0; i < count; i++) {
      const template = this.#template(random, ipfix, 0)
      writer.u16(template.id)
      writer.u16(random.oneIn(40) ? random.below(100) : template.fields.length)
      for (const field of template.fields) writeField(writer, field)
    }
  }

  #optionsSet(writer, random, ipfix) {
    const scope = random.oneIn(10) ? random.below(5) : 1
    const template = this.#template(random, ipfix, scope)
    writer.u16(template.id)
    if (ipfix) {
      writer.u16(template.fields.length)
      writer.u16(random.oneIn(12) ? random.below(10) : scope)
    } else {
      writer.u16(random.oneIn(20) ? random.below(40) : Math.min(scope, template.fields.length) * 4)
      writer.u16(Math.max(0, template.fields.length - scope) * 4)
      const fields = template.fields.map((field, i) => (i < scope && random.oneIn(2) ? { ...field, element: random.pick(scopes9) } : field))
      for (const field of fields) writeField(writer, field)
      return
    }
    for (const field of template.fields) writeField(writer, field)
  }

  #template(random, ipfix, scope) {
    // Exporters repeat what they have announced.
    if (this.#templates.length > 0 && random.oneIn(2)) {
      const known = random.pick(this.#templates)
      if (known.scope === scope) return known
    }
    const fields = random.oneIn(10) ? randomFields(random, ipfix) : random.pick(ipfix ? this.#ipfixFields : this.#netflow9Fields)
    const template = { id: random.oneIn(30) ? random.below(260) : 256 + random.below(6), fields, scope }
    if (this.#templates.length < 8) this.#templates.push(template)
    else this.#templates[random.below(8)] = template
    return template
  }

  #withdrawals(writer, random) {
    const count = 1 + random.below(3)
    for (let i = 0; i < count; i++) {
      writer.u16(random.oneIn(3) ? 2 + random.below(2) : 256 + random.below(6))
      writer.u16(0)
    }
  }

  #dataSet(writer, random) {
    const template = random.pick(this.#templates)
    const records = random.oneIn(10) ? random.below(20) : random.below(3)
    this.#set(writer, random, random.oneIn(20) ? 256 + random.below(10) : template.id, () => {
      const limit = writer.at + 1400
      for (let i = 0; i < records && writer.at < limit; i++)
        for (const field of template.fields) {
          if (writer.at > limit) break
          writeValue(writer, random, field)
        }
    })
  }
}

function writeField(writer, field) {
  const hasEnterprise = field.enterprise >= 0
  writer.u16(hasEnterprise ? field.element | 0x8000 : field.element)
  writer.u16(field.length)
  if (hasEnterprise) writer.u32(field.enterprise)
}

function writeValue(writer, random, field) {
  let { length } = field
  if (length === variableLength) {
    length = random.oneIn(8) ? random.below(300) : random.below(24)
    if (length >= 255 || random.oneIn(8)) {
      writer.u8(255)
      writer.u16(random.oneIn(20) ? random.next() : length)
    } else writer.u8(length)
    if (field.element >= 291 && field.element <= 293) return writeList(writer, random, length)
  }
  if (random.oneIn(2)) writer.random(random, Math.min(length, 64))
  else writer.zeros(Math.min(length, 64))
}

/** The head of a structured list (RFC 6313 §4.5): semantic, field id, length; then noise. */
function writeList(writer, random, length) {
  const end = writer.at + length
  if (length >= 5) {
    writer.u8(random.next())
    writer.u16(random.pick(elements)[0])
    writer.u16(random.pick(oddLengths))
  }
  writer.random(random, end - writer.at)
}
