import type { ClientMessage, ServerMessage } from '@/wire/wire.gen'

/** Stands in for the browser's WebSocket in tests; keeps every socket that was made. */
export class FakeSocket {
  static made: FakeSocket[] = []
  static get last(): FakeSocket {
    const socket = FakeSocket.made.at(-1)
    if (!socket) throw new Error('no socket was made')
    return socket
  }

  readonly sent: ClientMessage[] = []
  isClosed = false
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  readonly url: string
  readonly protocols: string[]

  constructor(url: string, protocols: string[]) {
    this.url = url
    this.protocols = protocols
    FakeSocket.made.push(this)
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data) as ClientMessage)
  }

  close(): void {
    this.isClosed = true
  }

  opens(): void {
    this.onopen?.()
  }

  says(message: ServerMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }

  closes(code: number): void {
    this.onclose?.({ code })
  }

  sentOf<K extends ClientMessage['type']>(type: K): Extract<ClientMessage, { type: K }>[] {
    return this.sent.filter(
      (message): message is Extract<ClientMessage, { type: K }> => message.type === type,
    )
  }
}
