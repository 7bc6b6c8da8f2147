import type {
  AlertsView,
  BoardView,
  ConsultationNews,
  ConsultationsNews,
  CounterScreenView,
  CounterView,
  GreeterView,
  KioskView,
  OffersView,
  OpsView,
  PadView,
  PrinterView,
  QueuesView,
  TakeView,
  TicketView,
  VoiceView,
} from '@/wire/wire.gen'

/** Every topic and the view that it shows. */
export interface Views {
  [topic: `board:${string}`]: BoardView
  [topic: `counter:${string}`]: CounterView
  [topic: `consultation:${string}`]: ConsultationNews
  [topic: `counter_screen:${string}`]: CounterScreenView
  [topic: `kiosk:${string}`]: KioskView
  [topic: `pad:${string}`]: PadView
  [topic: `printer:${string}`]: PrinterView
  [topic: `ticket:${string}`]: TicketView
  [topic: `voice:${string}`]: VoiceView
  alerts: AlertsView
  consultations: ConsultationsNews
  greeter: GreeterView
  offers: OffersView
  ops: OpsView
  queues: QueuesView
  take: TakeView
}

export type Topic = keyof Views & string
export type ViewOf<T extends Topic> = Views[T]
