// Runs inside a network namespace: takes datagrams on a port of loopback, says each, and sends what it is told to send.
import { createSocket } from 'node:dgram'

const near = createSocket('udp4')
const far = createSocket('udp4')

near.on('message', (datagram) => process.send({ datagram: datagram.toString('base64') }))

function reply(id, error) {
  process.send(error ? { id, error: error.message } : { id })
}

function listen(id, port) {
  near.once('error', (error) => reply(id, error))
  near.bind(port, '127.0.0.1', () => reply(id))
}

function send(id, datagram, { port, address }) {
  far.send(Buffer.from(datagram, 'base64'), port, address, (error) => reply(id, error))
}

process.on('message', ({ id, port, datagram, to }) => {
  if (to === undefined) listen(id, port)
  else send(id, datagram, to)
})
process.on('disconnect', () => process.exit(0))
