import { type Day, yearOf } from '../../kit/day.ts'
import type { Cell, Workbook } from '../../kit/server/excel.ts'
import { yearIn } from './lines.ts'
import { phoneOf, readDay, squeeze, textOf } from './values.ts'

export interface Message {
  sheet: string
  row: number
  externalId: string
  user: string
  phone: string
  address: string
  title: string
  text: string
  /** As it stood: '2019/4/25 9:32:09'. */
  receivedAt: string
  receivedOn: Day
  reply?: string
  repliedOn?: Day
  label?: string
}
/** A row that can't be taken; its flag says why. */
export interface Refused extends Omit<Message, 'receivedOn'> {
  receivedOn: null
  refused: true
}
export interface MessageFlag {
  sheet: string
  row: number
  code: string
  message: string
}

const heads: Record<string, RegExp> = {
  // 序号 counts the rows of one file and names nothing.
  externalId: /^(留言|工单|信件|信访|邮件|来信|来电|事项|问题|诉求|受理|咨询|投诉|帖子)?(编号|编码|ID|单号)$/i,
  phone: /电话|手机|联系方式|来电号码/,
  address: /地址|住址|地点|所在地/,
  user: /用户|网友|网民|昵称|姓名|作者|(留言|来信|来电|提问|反映|诉求|投诉|写信|发帖|咨询|求助|举报|建议|联系)(人|者)/,
  title: /主题|标题/,
  receivedAt:
    /^(留言|提交|发布|发帖|反映|提问|来信|来电|来件|信件|受理|登记|诉求|投诉|写信|咨询|求助|举报|建议|创建|接收)?(时间|日期)$/,
  text: /详情|内容|正文|诉求(?!类|目的|编号|状态|人)|描述|(反映|主要)的?问题$|^(留言|来信)$/,
  reply: /(?<!是否)(答复|回复|回帖|办理|处理|处置|反馈)(意见|内容|结果|情况|正文)?$/,
  repliedOn: /(答复|回复|回帖|办结|办理|处理|处置|反馈)的?(时间|日期)/,
  label: /一级(标签|分类|类别)|^(问题|诉求|事项|信件|留言|来信|内容|咨询)?(分类|类别)$/,
}

/** The narrower names first: 答复时间 before 时间. */
const order = ['repliedOn', 'reply', 'label', 'externalId', 'phone', 'address', 'user', 'title', 'receivedAt', 'text']

/** Debris of web pages around a text: tabs, runs of blank lines, tags. */
const clean = (v: unknown): string =>
  textOf(v)
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/<\/?(p|div|span|a|b|strong|font|img)[^>]*>/gi, '')
    .replace(/&nbsp;/g, ' ')
    .replace(/[ \t\u00a0\u3000]+/g, ' ')
    .replace(/ *\n[\s]*/g, '\n')
    .trim()

/** Citizen messages, with or without replies; columns by their names, in any order and on any sheet. */
export const readMessages = (
  workbook: Workbook,
  options: { today: Day; year?: number; fileName?: string },
): { rows: Message[]; refused: Refused[]; flags: MessageFlag[]; sheets: number } => {
  const rows: Message[] = []
  const refused: Refused[] = []
  let sheets = 0
  const flags: MessageFlag[] = []
  for (const sheet of workbook.sheets) {
    if (sheet.hidden) continue
    const at = sheet.rows.findIndex((r) => {
      const names = r.cells.map((c) => squeeze(c.v))
      return names.some((n) => heads.text!.test(n)) && names.some((n) => heads.receivedAt!.test(n))
    })
    if (at < 0) continue
    sheets += 1
    const column = new Map<string, number>()
    for (const c of sheet.rows.at(at)!.cells) {
      const name = squeeze(c.v)
      const field = order.find((f) => !column.has(f) && heads[f]!.test(name))
      if (field) column.set(field, c.c)
    }
    const above = sheet.rows.slice(0, at).flatMap((r) => r.cells.map((c) => textOf(c.v)))
    const year =
      options.year ??
      [...above, sheet.name, options.fileName ?? ''].map(yearIn).find((y) => y !== null) ??
      yearOf(options.today)
    for (const r of sheet.rows.slice(at + 1)) {
      const cell = (f: string): Cell | undefined => r.cells.find((c) => c.c === column.get(f))
      const flag = (code: string, message: string) => flags.push({ sheet: sheet.name, row: r.n, code, message })
      const day = (f: string) => {
        const c = cell(f)
        // The hour is of no account here, and a blank before it must not be squeezed away.
        return c
          ? readDay(typeof c.v === 'string' ? c.v.trim().split(/[\sT]+(?=\d{1,2}[:时点])/)[0]! : c.v, {
              year,
              until: options.today,
              isDate: c.date,
            })
          : null
      }
      const text = clean(cell('text')?.v)
      const title = clean(cell('title')?.v).replace(/\n/g, ' ')
      const common = {
        sheet: sheet.name,
        row: r.n,
        externalId: textOf(cell('externalId')?.v).replace(/\.0$/, ''),
        user: clean(cell('user')?.v).replace(/^(匿名|游客|网友$|网民$|群众$).{0,3}/, ''),
        phone: phoneOf(cell('phone')?.v ?? null),
        address: clean(cell('address')?.v),
        title,
        text,
        receivedAt: textOf(cell('receivedAt')?.v),
      }
      const refuse = () => refused.push({ ...common, receivedOn: null, refused: true })
      if (text === '' && title === '') {
        if (r.cells.some((c) => c.v !== null && squeeze(c.v) !== '')) {
          flag('nothingToRegister', '没有留言主题和内容，这一行没有读入')
          refuse()
        }
        continue
      }
      const received = day('receivedAt')
      const receivedOn = received?.day
      if (!receivedOn || yearOf(receivedOn) < 1990) {
        flag('dateUnclear', `留言时间“${textOf(cell('receivedAt')?.v)}”看不清，这一行没有读入`)
        refuse()
        continue
      }
      const reply = clean(cell('reply')?.v)
      const repliedOn = day('repliedOn')?.day
      if (received?.yearAssumed)
        flag('yearAssumed', `留言时间“${common.receivedAt}”没有写年份，按 ${yearOf(receivedOn)} 年登记`)
      if (repliedOn && repliedOn < receivedOn)
        flag('replyEarlier', `答复时间 ${repliedOn} 早于留言时间 ${receivedOn}，答复日期不采用`)
      const label = clean(cell('label')?.v)
      rows.push({
        ...common,
        receivedOn,
        ...(reply ? { reply } : {}),
        ...(repliedOn && repliedOn >= receivedOn ? { repliedOn } : {}),
        ...(label ? { label } : {}),
      })
    }
  }
  return { rows, refused, flags, sheets }
}
