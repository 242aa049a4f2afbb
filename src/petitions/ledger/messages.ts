import { type Day, yearOf } from '../../kit/day.ts'
import type { Cell, Workbook } from '../../kit/server/excel.ts'
import { readDay, squeeze, textOf } from './values.ts'

export interface Message {
  sheet: string
  row: number
  externalId: string
  user: string
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
  externalId: /^(留言|工单|信件|来信|来电|事项|问题|诉求|受理)?(编号|ID|单号)$/i,
  user: /用户|网友|姓名|作者|(留言|来信|来电|提问|反映|诉求|投诉|写信)(人|者)/,
  title: /主题|标题/,
  receivedAt: /^(留言|提交|发布|反映|提问|来信|来电|受理|登记|诉求|投诉|写信)?(时间|日期)$/,
  text: /详情|内容|正文|诉求|描述/,
  reply: /^(答复|回复|办理|处理|处置|反馈)(意见|内容|结果|情况)?$|答复意见|回复内容/,
  repliedOn: /(答复|回复|办结|办理|处理|处置|反馈)(时间|日期)/,
  label: /一级(标签|分类|类别)|^分类$|^类别$/,
}

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
      // 答复时间 before 时间: the narrower name wins.
      const field = ['repliedOn', 'reply', 'label', 'externalId', 'user', 'title', 'receivedAt', 'text'].find(
        (f) => !column.has(f) && heads[f]!.test(name),
      )
      if (field) column.set(field, c.c)
    }
    for (const r of sheet.rows.slice(at + 1)) {
      const cell = (f: string): Cell | undefined => r.cells.find((c) => c.c === column.get(f))
      const flag = (code: string, message: string) => flags.push({ sheet: sheet.name, row: r.n, code, message })
      const day = (f: string) => {
        const c = cell(f)
        // The hour is of no account here, and a blank before it must not be squeezed away.
        return c
          ? readDay(typeof c.v === 'string' ? c.v.trim().split(/[\sT]+/)[0]! : c.v, { year: 2000, isDate: c.date }).day
          : null
      }
      const text = clean(cell('text')?.v)
      const title = clean(cell('title')?.v).replace(/\n/g, ' ')
      const common = {
        sheet: sheet.name,
        row: r.n,
        externalId: textOf(cell('externalId')?.v).replace(/\.0$/, ''),
        user: clean(cell('user')?.v),
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
      const receivedOn = day('receivedAt')
      if (!receivedOn || yearOf(receivedOn) < 1990) {
        flag('dateUnclear', `留言时间“${textOf(cell('receivedAt')?.v)}”看不清，这一行没有读入`)
        refuse()
        continue
      }
      const reply = clean(cell('reply')?.v)
      const repliedOn = day('repliedOn')
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
