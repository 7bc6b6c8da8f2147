import type { WordsOf } from '@/shared/words/types'
import type { AlertKind, RuleFaultCode } from '@/wire/wire.gen'
import { refusalWords } from './refusalWords'

const alert = {
  queue_long: '{name}：{n} 人等候',
  wait_long: '{name}：预计要等 {n} 分钟',
  oldest_long: '{name}：有人已等 {n} 分钟',
  counter_idle: '{name}：有人等候而空闲 {n} 分钟',
  pause_long: '{name}：已暂停 {n} 分钟',
  rule_failed: '大厅的叫号规则出错，现按默认顺序叫号',
  printer_failed: '{name}：没有出纸，请去看看',
  voice_silent: '{name}：广播没有声音，请检查音箱和连线',
  calls_unspoken: '{name}：呼叫已有 {n} 分钟无人播报，请看广播主机是否开着',
  printer_silent: '{name}：打印程序没有消息，请查看旁边的电脑',
  paper_low: '{name}：纸快用完了，请备好纸卷',
  paper_out: '{name}：缺纸，请换纸卷',
  printer_open: '{name}：上盖没有合好，请合上',
  printer_error: '{name}：报告故障，请关机再开，不行就报修',
  printer_offline: '{name}：处于脱机状态，请按联机键',
  printer_gone: '{name}：没有应答，请检查电源和连接线',
} as const satisfies Record<AlertKind, string>

/** 规则写错在哪里（CL5）；found 是出错的那一段，hint 是可以改成什么。 */
const ruleFault = {
  rule_empty: '规则是空的。只写 wait_min 就是等得最久的先叫。',
  rule_too_long: '规则太长，最多 {hint} 个字符。',
  rule_too_deep: '规则套得太深：括号、条件或连加不要超过 30 层，请拆短。',
  rule_character: '规则里不能用“{found}”。',
  rule_write_instead: '请把“{found}”改成 {hint} 。',
  rule_text_not_ended: '文字要在同一行用同样的引号结束，里面不能有反斜杠。',
  rule_unknown_fact: '没有“{found}”这一项，最接近的是 {hint} 。',
  rule_unknown_value: '这一项不会是 {found} ，最接近的是 {hint} 。',
  rule_no_functions: '规则里没有函数，“{found}”后面不能接括号。',
  rule_unexpected: '这里不该有“{found}”，请检查前后的括号和符号。',
  rule_unfinished: '规则没有写完，末尾还缺内容或括号。',
  rule_wrong_kind: '“{found}”用错了地方：数字只能和数字、文字只能和文字放在一起，“?”前面要写条件。',
  rule_not_a_number: '规则要算出一个数，不能是条件、文字或列表。',
  rule_not_finite: '当 {hint} 时算不出数，请检查除数是否会是 0。',
} as const satisfies Record<RuleFaultCode, string>

const zh = {
  staff: {
    username: '用户名',
    password: '密码',
    signIn: '登录',
    signInWrong: '用户名或密码不对，请重新输入。',
    signInBusy: '尝试过于频繁，请稍等再试。',
    signInDown: '暂时连不上大厅系统，请检查网络后再试。',
    expired: '登录已失效，请重新登录。',
    signOut: '退出登录',
    cancel: '取消',
    reason: '原因',
    reasonOwn: '请写明原因',
    whyTitle: '{number} 为什么等',
    whyBusy: '正在查看记录…',
    whyForetold: '取号时预计 {wait}',
    whyUnforetold: '取号时无法预计',
    whyWaited: '实际等了 {n} 分钟',
    whyWaitsNow: '已等 {n} 分钟',
    whyAll: '查看全部 {n} 个号',
    whyChannel: {
      card: '校园卡取号',
      appointment: '预约签到',
      anonymous: '现场取号',
      remote: '手机取号',
    },
  },
  alert,
  refusal: refusalWords.zh,
  ruleFault,
} as const

/** What the pages of staff have in common; visitors' pages do not carry it. */
export type StaffWords = typeof zh
export const staffWords: WordsOf<StaffWords> = {
  zh,
  en: {
    staff: {
      username: 'User name',
      password: 'Password',
      signIn: 'Sign in',
      signInWrong: 'User name or password is wrong. Please try again.',
      signInBusy: 'Too many attempts. Wait a moment and try again.',
      signInDown: 'The hall cannot be reached. Check the network and try again.',
      expired: 'Your sign-in has expired. Please sign in again.',
      signOut: 'Sign out',
      cancel: 'Cancel',
      reason: 'Reason',
      reasonOwn: 'Say why',
      whyTitle: 'Why {number} waited',
      whyBusy: 'Reading the record…',
      whyForetold: 'Foretold: {wait}',
      whyUnforetold: 'Nothing could be foretold',
      whyWaited: 'Waited {n} min',
      whyWaitsNow: 'Has waited {n} min',
      whyAll: 'Show all {n} numbers',
      whyChannel: {
        card: 'By campus card',
        appointment: 'By appointment',
        anonymous: 'On the spot',
        remote: 'By phone',
      },
    },
    refusal: refusalWords.en,
    ruleFault: {
      rule_empty: 'The rule is empty. Just wait_min calls the longest waiting first.',
      rule_too_long: 'The rule is too long: at most {hint} characters.',
      rule_too_deep:
        'The rule nests too deeply: no more than 30 brackets, conditions or sums within one another. Write it shorter.',
      rule_character: '“{found}” cannot be used in a rule.',
      rule_write_instead: 'Write {hint} instead of “{found}”.',
      rule_text_not_ended:
        'End the text on its line with the quote it began with; it cannot hold a backslash.',
      rule_unknown_fact: 'There is no fact “{found}”; the nearest is {hint}.',
      rule_unknown_value: 'This fact is never {found}; the nearest value is {hint}.',
      rule_no_functions: 'A rule has no functions: no bracket can follow “{found}”.',
      rule_unexpected: '“{found}” does not belong here. Check the brackets and signs around it.',
      rule_unfinished: 'The rule is not finished: something or a bracket is missing at the end.',
      rule_wrong_kind:
        '“{found}” does not fit here: numbers go with numbers, texts with texts, and a condition stands before “?”.',
      rule_not_a_number: 'The rule has to give a number, not a condition, a text or a list.',
      rule_not_finite: 'It gives no number when {hint}. Check whether a divisor can be 0.',
    },
    alert: {
      queue_long: '{name}: {n} person waits | {name}: {n} people wait',
      wait_long: '{name}: the wait will be {n} min',
      oldest_long: '{name}: somebody has waited {n} min',
      counter_idle: '{name}: free for {n} min while people wait',
      pause_long: '{name}: paused for {n} min',
      rule_failed: 'The hall’s own rule fails; tickets are called in the usual order',
      printer_failed: '{name}: no paper came out, please have a look',
      voice_silent: '{name}: calls make no sound, please check the loudspeaker and its cable',
      calls_unspoken: '{name}: calls not spoken for {n} min, is the voice computer on?',
      printer_silent: '{name}: its program is silent; look at the PC beside it',
      paper_low: '{name}: the roll ends soon; have a new one ready',
      paper_out: '{name}: out of paper; put in a new roll',
      printer_open: '{name}: the cover is open; close it',
      printer_error: '{name}: reports an error; switch it off and on, else call the technician',
      printer_offline: '{name}: is set offline; press its online key',
      printer_gone: '{name}: does not answer; check power and cable',
    },
  },
}
