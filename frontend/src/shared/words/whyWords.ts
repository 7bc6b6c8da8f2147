import type { WordsOf } from './types'

const zh = {
  why: {
    taken: '{time}取号，{queue}前面有 {n} 位，{counters} 个窗口在办理。',
    takenFirst: '{time}取号，{queue}前面没有人，{counters} 个窗口在办理。',
    foretold: '当时预计等候{wait}。',
    noForecast: '当时没有窗口办理，无法预计等候时间。',
    waited: '实际等了 {minutes} 分钟。',
    waitedLonger: '实际等了 {minutes} 分钟，比预计长。',
    waitedShorter: '实际等了 {minutes} 分钟，比预计短。',
    waitsStill: '还没有呼叫。',
    inTurn: '原来排在前面的 {n} 位依次先叫：{numbers}。',
    left: '排在前面的 {n} 位取消了：{numbers}。',
    called: '{time}{no} 号窗口呼叫，等了 {minutes} 分钟。',
    calledByChoice: '{time}{no} 号窗口点名呼叫，等了 {minutes} 分钟。',
    reason: '理由：{reason}',
    movedQueue: '{time}转到{queue}，按取号时间排队。',
    movedTail: '{time}转到{queue}，排在最后。',
    movedCounter: '{time}转到 {no} 号窗口，只由该窗口呼叫。',
    movedClerk: '{time}转给指定的工作人员，只由其呼叫。',
    returned: '{time}过号后返回，排在 {n} 位之后。',
    delayed: '{time}表示会晚到，让 {n} 位先办。',
    numbersMore: '{numbers} 等',
    separator: '、',
    cause: {
      care: '{n} 张爱心号优先：{numbers}。',
      booked: '{n} 张预约号优先：{numbers}。',
      turn: '轮到或等得太久的 {n} 张普通号先叫：{numbers}。',
      slot: '预约时段更早的 {n} 张号先叫：{numbers}。',
      hall_rule: '按本厅规则，{n} 张号先叫：{numbers}。',
      chosen: '工作人员点名先叫了 {n} 张号：{numbers}。',
      directed: '{n} 张指定给该窗口的号先叫：{numbers}。',
      came_back: '{n} 张取号更早、刚返回的号先叫：{numbers}。',
      came_over: '{n} 张取号更早、从别的队列转来的号先叫：{numbers}。',
      own_return: '因为过号后返回，让 {n} 张号先叫：{numbers}。',
      own_delay: '因为延后，让 {n} 张号先叫：{numbers}。',
      own_move: '因为转来时排在最后，{n} 张号先叫：{numbers}。',
      order: '按当时的顺序，{n} 张号先叫：{numbers}。',
    },
    rule: {
      AP2: '预约按时段先后',
      CL1: '先取号先叫',
      CL2: '爱心、预约优先，普通号轮到也叫',
      CL5: '本厅自定的叫号规则',
      CL10: '工作人员凭理由点名',
      PS2: '过号返回，排后几位',
      TK6: '晚到，让后几位先办',
      TR1: '转来时定下的位置',
      WT3: '按当时规则会先叫的人数',
    },
    moment: {
      recalled: '{time}重呼。',
      undone: '{time}呼叫被撤销，号仍在原来的位置。',
      serving: '{time}开始办理。',
      held: '{time}暂时保留，去补材料。',
      resumed: '{time}继续办理。',
      passed: '{time}无人应答，过号。',
      done: '{time}办结。',
      cancelled: '{time}取消。',
      abandoned: '{time}过号后没有返回，作废。',
      expired: '{time}当天服务结束，号票过期。',
    },
  },
} as const

const en: WordsOf<typeof zh>['en'] = {
  why: {
    taken:
      '{time}Taken for {queue}: {n} person ahead, windows serving: {counters}. | {time}Taken for {queue}: {n} people ahead, windows serving: {counters}.',
    takenFirst: '{time}Taken for {queue}: nobody ahead, windows serving: {counters}.',
    foretold: 'The wait foretold then: {wait}.',
    noForecast: 'No window was open then, so no wait could be foretold.',
    waited: 'The wait was {minutes} min.',
    waitedLonger: 'The wait was {minutes} min, longer than foretold.',
    waitedShorter: 'The wait was {minutes} min, shorter than foretold.',
    waitsStill: 'It has not been called yet.',
    inTurn:
      '{n} person who had been ahead was called first: {numbers}. | {n} people who had been ahead were called first: {numbers}.',
    left: '{n} person ahead cancelled: {numbers}. | {n} people ahead cancelled: {numbers}.',
    called: '{time}Called to window {no} after {minutes} min.',
    calledByChoice: '{time}Chosen by the staff of window {no} after {minutes} min.',
    reason: 'Reason: {reason}',
    movedQueue: '{time}Sent to {queue}, by its time of issue.',
    movedTail: '{time}Sent to {queue}, behind everybody.',
    movedCounter: '{time}Sent to window {no}, to be called there alone.',
    movedClerk: '{time}Sent to one member of staff, to be called by them alone.',
    returned: '{time}Came back after being passed, {n} places behind.',
    delayed: '{time}Said to be late and let {n} go first.',
    numbersMore: '{numbers} and others',
    separator: ', ',
    cause: {
      care: '{n} care ticket went first: {numbers}. | {n} care tickets went first: {numbers}.',
      booked:
        '{n} booked ticket went first: {numbers}. | {n} booked tickets went first: {numbers}.',
      turn: '{n} ordinary ticket had its turn: {numbers}. | {n} ordinary tickets had their turn: {numbers}.',
      slot: '{n} ticket booked for an earlier hour went first: {numbers}. | {n} tickets booked for an earlier hour went first: {numbers}.',
      hall_rule:
        'By this hall’s own rule {n} ticket went first: {numbers}. | By this hall’s own rule {n} tickets went first: {numbers}.',
      chosen:
        'Staff chose {n} ticket first: {numbers}. | Staff chose {n} tickets first: {numbers}.',
      directed:
        '{n} ticket sent to that window alone went first: {numbers}. | {n} tickets sent to that window alone went first: {numbers}.',
      came_back:
        '{n} ticket taken earlier came back and went first: {numbers}. | {n} tickets taken earlier came back and went first: {numbers}.',
      came_over:
        '{n} ticket taken earlier came from another queue and went first: {numbers}. | {n} tickets taken earlier came from another queue and went first: {numbers}.',
      own_return:
        'After the return {n} ticket went first: {numbers}. | After the return {n} tickets went first: {numbers}.',
      own_delay:
        'Because of the delay {n} ticket went first: {numbers}. | Because of the delay {n} tickets went first: {numbers}.',
      own_move:
        'Sent here behind everybody, it let {n} ticket go first: {numbers}. | Sent here behind everybody, it let {n} tickets go first: {numbers}.',
      order:
        'In the order of then {n} ticket went first: {numbers}. | In the order of then {n} tickets went first: {numbers}.',
    },
    rule: {
      AP2: 'booked tickets by their hour',
      CL1: 'first come, first called',
      CL2: 'care and booked first, ordinary ones in turn',
      CL5: 'the hall’s own rule',
      CL10: 'chosen by staff, for a reason',
      PS2: 'back after being passed',
      TK6: 'late, others let first',
      TR1: 'the place given when sent on',
      WT3: 'whom the rule would have called first',
    },
    moment: {
      recalled: '{time}Called again.',
      undone: '{time}The call was taken back; the place was kept.',
      serving: '{time}Service began.',
      held: '{time}Kept while something was fetched.',
      resumed: '{time}Service went on.',
      passed: '{time}Nobody came; passed.',
      done: '{time}Done.',
      cancelled: '{time}Cancelled.',
      abandoned: '{time}Given up: nobody came back.',
      expired: '{time}Expired: the day’s service ended.',
    },
  },
}

/** The words of `shared/why.ts`, for the pages that tell why; see their `createWords`. */
export const whyWords = { zh, en }
