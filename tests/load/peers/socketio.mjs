/** socket.io over WebSockets alone: an event from one client is an event of this size to all others. */
import { createServer } from 'node:http'
import { Server } from 'socket.io'

const size = Number(process.argv[2])
const http = createServer()
const server = new Server(http, { transports: ['websocket'], perMessageDeflate: false })
const wrapping = '42["show",{"type":"show","seq":0,"view":""}]'.length
let seq = 0

server.on('connection', (sender) => {
  sender.on('go', () => {
    seq += 1
    sender.broadcast.emit('show', { type: 'show', seq, view: 'x'.repeat(size - wrapping) })
  })
})
http.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () =>
  process.stdout.write(`${http.address().port}\n`),
)
