/** node `ws`, as its README broadcasts: whoever says anything has a frame of this size sent to all others. */
import { WebSocket, WebSocketServer } from 'ws'

const size = Number(process.argv[2])
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, backlog: 4096 })
let seq = 0

server.on('listening', () => process.stdout.write(`${server.address().port}\n`))
server.on('connection', (sender) => {
  sender.on('error', () => {})
  sender.on('message', () => {
    seq += 1
    const head = `{"type":"show","seq":${seq},"view":"`
    const message = `${head.padEnd(size - 2, 'x')}"}`
    for (const client of server.clients)
      if (client !== sender && client.readyState === WebSocket.OPEN) client.send(message)
  })
})
