import type { ErrorCode, RefusalCode } from '@/wire/wire.gen'

/** What whoever follows a number may be refused; what else visitors may, in `intake.ts`. */
const refusal = {
  day_not_open: '大厅现在没有开放服务，请在服务时间再来。',
  unknown_ticket: '没有找到这张号票，请核对或重新取号。',
  ticket_or_token: '请给出号票，或它的查询码。',
  ticket_not_waiting: '这张号不在等候中，请看最新状态。',
  ticket_not_passed: '这张号没有过号，无需返回。',
  delays_used_up: '已经让过一次，不能再让，请按时等候。',
  returns_used_up: '返回次数已用完，请重新取号。',
} as const satisfies Partial<Record<RefusalCode, string>>

const error = {
  id_in_use: '这次操作没有被接受，请再试一次。',
  malformed: '请求有误，请刷新页面后再试。',
  too_large: '内容过长，请缩短后再试。',
  unknown_topic: '没有这个页面的内容，请核对地址。',
  unknown_hall: '没有这个办事大厅，请核对地址。',
  unknown_day: '那个时间没有记录，请选择别的日期或更晚的时刻。',
  replay_busy: '正在重演另一天，请过几秒再试。',
  unknown_plan: '没有这个版本的方案，请刷新后重选。',
  plan_faulty: '方案还有不能用的地方，请按提示逐项修改。',
  plan_outdated: '您修改期间别人存了新版本，请对照后再保存。',
  too_many_topics: '打开的内容过多，请刷新页面。',
  unauthenticated: '请先登录。',
  forbidden: '没有权限，请换一个账号或联系管理员。',
  too_many_requests: '操作过于频繁，请稍等再试。',
  unavailable: '系统暂时没有回应，请再试一次。',
  hall_busy: '操作的人太多，请稍候再试。',
} as const satisfies Record<ErrorCode, string>

export const zh = {
  refusal,
  error,
  common: {
    product: '一站',
    language: '语言',
    retry: '重试',
    close: '关闭',
    loading: '正在载入',
    connecting: '正在连接',
    connected: '已连接',
    disconnected: '连接已断开',
    none: '无',
  },
  stale: {
    title: '数据更新中断',
    since: '以下内容截至 {time}',
    never: '尚未收到数据',
  },
  counter: {
    name: '{no} 号窗口',
    word: '窗口',
  },
  counterState: {
    off: '未开放',
    open: '空闲',
    paused: '暂停服务',
    busy: '办理中',
  },
  pauseReason: {
    away: '暂离',
    lunch: '午休',
    training: '培训',
    fault: '故障',
  },
  ticketClass: {
    ordinary: '普通',
    booked: '预约',
    care: '爱心',
  },
  ticketState: {
    waiting: '等候中',
    called: '请到窗口',
    serving: '办理中',
    held: '保留中',
    passed: '已过号',
    done: '已办结',
    cancelled: '已取消',
    abandoned: '已作废',
    expired: '已过期',
  },
  stop: {
    staff: '暂停取号',
    closing: '今天已停止取号',
    wait: '今天已排满',
    full: '等候已满',
  },
  stopHint: {
    staff: '工作人员已暂停这个队列取号，恢复后即可取号；急事请到咨询台。',
    closing: '临近下班，这个队列今天不再取号，请在下次服务时间再来。',
    wait: '前面的人已排到下班，暂时不能取号；等候缩短后自动恢复，也可改日再来。',
    full: '这个队列等候人数已满，请稍后再取。',
  },
  opening: {
    next: '下次开放：{date} {time}。',
  },
  wait: {
    closed: '暂无窗口开放',
    under: '{max} 分钟内',
    between: '{min}–{max} 分钟',
    exactly: '约 {max} 分钟',
    atLeast: '{min} 分钟以上',
    over: '1 小时以上',
  },
} as const
