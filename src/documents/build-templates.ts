import { mkdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import { catalogue, type DocumentKind, documentKinds } from './catalogue.ts'

/**
 * Writes the built-in templates: page, grid, type sizes and order of elements by GB/T 9704-2012.
 * 版心 156×225 mm, 22 lines of 28 characters, 3号仿宋; 文件格式 with red head and 版记, 信函格式 with red double rules,
 * and forms. Run again after a change here: `node src/documents/build-templates.ts`.
 */
const mm = (n: number) => Math.round((n * 1440) / 25.4)
const width = mm(156)
/** A line of the grid: 225 mm in 22. */
const line = 579
const char = Math.floor(width / 28)
const song = '方正小标宋简体'
const fang = '仿宋_GB2312'
const hei = '黑体'
const kai = '楷体_GB2312'
const red = 'FF0000'

interface Look {
  font?: string
  half?: number
  color?: string
  bold?: boolean
}
const esc = (t: string) => t.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
const fonts = (f: string) => `<w:rFonts w:ascii="${f}" w:hAnsi="${f}" w:eastAsia="${f}" w:cs="${f}"/>`
const run = (text: string, o: Look = {}) =>
  `<w:r><w:rPr>${fonts(o.font ?? fang)}${o.bold ? '<w:b/>' : ''}${o.color ? `<w:color w:val="${o.color}"/>` : ''}${(o.half ?? 32) === 32 ? '<w:spacing w:val="-5"/>' : ''}<w:sz w:val="${o.half ?? 32}"/><w:szCs w:val="${o.half ?? 32}"/></w:rPr><w:t xml:space="preserve">${esc(text)}</w:t></w:r>`

interface Par {
  align?: 'center' | 'right' | 'both' | 'left'
  indent?: boolean
  left?: number
  right?: number
  before?: number
  after?: number
  line?: number
  /** Free height, for cells. */
  auto?: boolean
  rule?: { at: 'top' | 'bottom'; kind: string; size: number; color: string; space: number }
  keep?: boolean
  together?: boolean
}
const par = (inner: string, o: Par = {}) => {
  const ind = [
    o.left !== undefined ? `w:left="${o.left}"` : '',
    o.right !== undefined ? `w:right="${o.right}"` : '',
    o.indent ? `w:firstLineChars="200" w:firstLine="${2 * char}"` : '',
  ]
    .filter(Boolean)
    .join(' ')
  return `<w:p><w:pPr>${o.keep ? '<w:keepNext/>' : ''}${o.together ? '<w:keepLines/>' : ''}<w:widowControl w:val="0"/>${
    o.rule
      ? `<w:pBdr><w:${o.rule.at} w:val="${o.rule.kind}" w:sz="${o.rule.size}" w:space="${o.rule.space}" w:color="${o.rule.color}"/></w:pBdr>`
      : ''
  }${o.line !== undefined && o.line < line ? '<w:snapToGrid w:val="0"/>' : ''}<w:spacing w:before="${o.before ?? 0}" w:after="${o.after ?? 0}" ${o.auto ? 'w:line="300" w:lineRule="auto"' : `w:line="${o.line ?? line}" w:lineRule="exact"`}/>${ind ? `<w:ind ${ind}/>` : ''}${o.align ? `<w:jc w:val="${o.align}"/>` : ''}</w:pPr>${inner}</w:p>`
}

/** 正文：首行缩进二字. */
const p = (text: string) => par(run(text), { indent: true, align: 'both' })
/** 一级标题，黑体. */
const h = (text: string) => par(run(text, { font: hei }), { indent: true, keep: true })
/** A named line: its name in 黑体, then the value. */
const item = (name: string, text: string) =>
  par(run(`${name}：`, { font: hei }) + run(text), { indent: true, align: 'both' })
const to = par(run('{信访人}：'))
const edition = par(run('{版次说明}', { font: kai, half: 24 }), { line: 400 })
const title = (before = line, after = line) =>
  par(run('{标题}', { font: song, half: 44 }), { align: 'center', before, after, line: 700, keep: true })
const contact = par(run('联系：{联系}'), { indent: true, keep: true })
/** 署名居成文日期之上，以日期为准居中；日期右空四字；印章下压二者. */
const signed = [
  par(run('{发文机关}'), { align: 'center', left: 4076, before: 2 * line, keep: true, together: true }),
  par(run('{成文日期}'), { align: 'center', left: 4076, together: true }),
].join('')
const query = par(run('凭事项编号和查询码查询进度、补充情况、评价工作。查询码：') + run('{查询码}', { font: hei }), {
  indent: true,
  align: 'both',
})

/**
 * 版记: rules of 0.35, 0.25 and 0.35 mm, 4号仿宋. Word and WPS place the table at the foot of the last page;
 * older LibreOffice does not float tables and leaves it below the date.
 */
const imprint = (() => {
  const border = (at: string, size: number) => `<w:${at} w:val="single" w:sz="${size}" w:space="0" w:color="000000"/>`
  const half = { half: 28 }
  const side = char - 108
  const row = (inner: string) =>
    `<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="${width}" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:widowControl w:val="0"/><w:tabs><w:tab w:val="right" w:pos="${width - char - 108}"/></w:tabs><w:spacing w:line="520" w:lineRule="exact"/><w:ind w:left="${side}" w:right="${side}"/></w:pPr>${inner}</w:p></w:tc></w:tr>`
  return `${par('')}<w:tbl><w:tblPr><w:tblpPr w:leftFromText="0" w:rightFromText="0" w:vertAnchor="margin" w:horzAnchor="margin" w:tblpX="0" w:tblpYSpec="bottom"/><w:tblOverlap w:val="never"/><w:tblW w:w="${width}" w:type="dxa"/><w:tblBorders>${border('top', 8)}${border('bottom', 8)}${border('insideH', 6)}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid><w:gridCol w:w="${width}"/></w:tblGrid>${row(run('抄送：{抄送}', half))}${row(`${run('{印发机关}', half)}<w:r><w:tab/></w:r>${run('{成文日期}印发', half)}`)}</w:tbl>${par('', { line: 20 })}`
})()

const officialHead = [
  // 发文机关标志上边缘至版心上边缘 35 mm
  par(run('{发文机关}', { font: song, half: 76, color: red }), {
    align: 'center',
    before: mm(35),
    line: 860,
    after: line,
  }),
  par(run('{文号}'), { align: 'center' }),
  // 红线在文号下 4 mm，与版心等宽
  par('', { line: mm(4), rule: { at: 'bottom', kind: 'single', size: 12, color: red, space: 0 } }),
].join('')
const official = (...body: string[]) => [officialHead, edition, title(), to, ...body].join('')

const rules = { left: -397, right: -397 }
/** 信函格式: the mark's top 30 mm from the page's top, a red double rule 4 mm below it, another 20 mm from the foot. */
const letterHeader = par(run('{发文机关}', { font: song, half: 68, color: red }), {
  align: 'center',
  line: 780,
  ...rules,
  rule: { at: 'bottom', kind: 'thickThinSmallGap', size: 24, color: red, space: 11 },
})
const letterFooter = par('', {
  ...rules,
  line: 120,
  rule: { at: 'bottom', kind: 'thinThickSmallGap', size: 24, color: red, space: 0 },
})
/** Letters to people keep to one page: 4号 on a line of 23.5 pt instead of 3号 on 29. */
const compact = (xml: string) =>
  xml
    .replaceAll('<w:spacing w:val="-5"/>', '')
    .replaceAll('w:val="32"/>', 'w:val="28"/>')
    .replaceAll(`w:line="${line}"`, 'w:line="470"')
    .replaceAll(`w:firstLine="${2 * char}"`, 'w:firstLine="560"')
    .replaceAll(`w:before="${2 * line}"`, 'w:before="300"')
const letter = (...body: string[]) =>
  par(run('{文号}', { half: 28 }), { align: 'right', before: 120, line: 470 }) +
  edition +
  title(160, 240) +
  compact([to, ...body, contact, signed].join(''))

const cellPar = (text: string, look: Look, align: Par['align']) =>
  par(run(text, { half: 28, ...look }), { auto: true, align })
const cell = (w: number, inner: string, span = 1) =>
  `<w:tc><w:tcPr><w:tcW w:w="${w}" w:type="dxa"/>${span > 1 ? `<w:gridSpan w:val="${span}"/>` : ''}<w:vAlign w:val="center"/></w:tcPr>${inner}</w:tc>`
const grid = [1720, 2702, 1720, 2702]
const borders = ['top', 'left', 'bottom', 'right', 'insideH', 'insideV']
  .map((s) => `<w:${s} w:val="single" w:sz="6" w:space="0" w:color="000000"/>`)
  .join('')
/** A row of a form: name and value, or two of each; `height` in mm leaves room to write. */
const row = (pairs: [string, string][], height = 11) => {
  const wide = pairs.length === 1
  return `<w:tr><w:trPr><w:trHeight w:val="${mm(height)}" w:hRule="atLeast"/></w:trPr>${pairs
    .map(
      ([name, value]) =>
        cell(grid[0]!, cellPar(name, { font: hei, half: 24 }, 'center')) +
        cell(wide ? grid[1]! * 2 + grid[0]! : grid[1]!, cellPar(value, {}, 'left'), wide ? 3 : 1),
    )
    .join('')}</w:tr>`
}
const table = (...rows: string[]) =>
  `<w:tbl><w:tblPr><w:tblW w:w="${width}" w:type="dxa"/><w:tblBorders>${borders}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>${grid.map((w) => `<w:gridCol w:w="${w}"/>`).join('')}</w:tblGrid>${rows.join('')}</w:tbl>`
const small = (text: string, o: Par = {}) => par(run(text, { half: 28 }), { line: 480, ...o })
const number = par(run('编号：{事项编号}', { half: 28 }), { align: 'right', line: 480 })
const form = (...body: string[]) => [title(0, 240), number, edition, ...body].join('')
const endOfForm = (...inner: string[]) => inner.join('')
/** A list whose row repeats, as a table. */
const list = (name: string, columns: string[]) => {
  const w = [width - 2 * 2200, 2200, 2200]
  const tr = (texts: string[], look: Look, head = false) =>
    `<w:tr><w:trPr><w:cantSplit/>${head ? '<w:tblHeader/>' : ''}</w:trPr>${texts.map((t, i) => cell(w[i]!, cellPar(t, look, i === 0 ? 'left' : 'center'))).join('')}</w:tr>`
  const tags = columns.map((c, i) =>
    i === 0 ? `{#${name}}{${c}}` : i === columns.length - 1 ? `{${c}}{/${name}}` : `{${c}}`,
  )
  return `<w:tbl><w:tblPr><w:tblW w:w="${width}" w:type="dxa"/><w:tblBorders>${borders}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>${w.map((x) => `<w:gridCol w:w="${x}"/>`).join('')}</w:tblGrid>${tr(columns, { font: hei }, true)}${tr(tags, {})}</w:tbl>`
}

const came = '您（你们）于{收到日期}以{信访形式}形式提出的信访事项（编号{事项编号}）收悉。'
const hearing = [
  item('听证时间', '{听证时间}'),
  item('听证地点', '{听证地点}'),
  item('主持人', '{主持人}'),
  item('听证员', '{听证员}'),
]
const request = (level: '复查' | '复核', organ: string) =>
  form(
    table(
      row([
        ['申请人', '{申请人}'],
        ['联系方式', '{联系方式}'],
      ]),
      row([['住址', '{住址}']]),
      row([[`${level}机关`, `{${organ}}`]]),
      row([['不服的意见书', '{原意见文号}']]),
      row([
        ['收到日期', '{收到书面答复日期}'],
        ['申请到期', '{申请期限}'],
      ]),
      row([['请求', '{请求}']], 40),
      row([['理由', '{理由}']], 78),
    ),
    small(`应当自收到书面答复之日起三十日内提出。代为书写的，请写明代书人。`),
    small('申请人（签名或按手印）：　　　　　　　　　　　　年　　月　　日', { before: 300 }),
  )
const decided = (level: '复查' | '复核', source: string, ...tail: string[]) =>
  official(
    p(
      `您（你们）不服{原意见文号}，于{收到申请日期}向本机关申请${level}。依照《信访工作条例》${source}，经${level}，现答复如下：`,
    ),
    h('一、申请人的请求和理由'),
    p('{申请理由}'),
    h('二、查明的事实'),
    p('{查明的事实}'),
    h(`三、${level}意见`),
    p(`{${level}意见}`),
    h('四、依据'),
    p('{依据}'),
    ...tail,
    contact,
    signed,
    imprint,
  )

const bodies: Record<DocumentKind, string> = {
  registrationReceipt: form(
    table(
      row([
        ['信访人', '{信访人}'],
        ['人数', '{人数}'],
      ]),
      row([
        ['信访形式', '{信访形式}'],
        ['收到日期', '{收到日期}'],
      ]),
      row([['诉求', '{诉求}']], 26),
      row([['查询码', '{查询码}']]),
      row([['扫码查询', '{二维码}']], 36),
    ),
    small('一、我们将在十五日内告知您由谁办理（《信访工作条例》第二十三条）。受理后一般六十日内书面答复。', {
      before: 120,
      indent: true,
    }),
    small('二、您可以凭编号和查询码查询进度、补充情况、评价工作；认为有关人员应当回避的，可以随时提出。', {
      indent: true,
    }),
    small('三、请妥善保管本回执，查询码不要告诉他人。', { indent: true }),
    small('{以前反映}', { indent: true }),
    small('登记人：{登记人}　　联系：{联系}', { before: 160 }),
    small('{发文机关}　　{成文日期}', { align: 'right', before: 160 }),
  ),
  registrationForm: form(
    table(
      row([
        ['姓名（名称）', '{姓名}'],
        ['电话', '{电话}'],
      ]),
      row([['住址', '{住址}']]),
      row([
        ['信访形式', '{信访形式}'],
        ['收到日期', '{收到日期}'],
      ]),
      row([
        ['人数', '{人数}'],
        ['涉及户（人）', '{涉及人数}'],
      ]),
      row([['代表人', '{代表人}']]),
      row([['代理人', '{代理人}']]),
      row([['证件核对', '{证件核对}']]),
      row([['请求', '{诉求}']], 30),
      row([['事实和理由', '{事实和理由}']], 46),
      row([['以前反映', '{以前反映}']]),
      row([['口述记录', '{口述宣读}']]),
    ),
    small('只登记法律需要的内容；证件只记种类和后四位。', { before: 80 }),
    small('信访人（签名或按手印）：', { before: 120 }),
    small('登记人：{登记人}　　　{成文日期}', { align: 'right', before: 60 }),
  ),
  acceptanceNotice: letter(
    p(`${came}经审查，决定予以受理。现将有关事项告知如下：`),
    item('受理的事项', '{诉求}'),
    item('办理路径', '{办理路径}'),
    item('受理日期', '{受理日期}'),
    item('办结期限', '{办理期限}'),
    par(run('{期限说明}', { font: kai, half: 24 }), { indent: true, line: 400 }),
    item('承办联系', '{联系人}'),
    p('您认为承办人与本事项有直接利害关系的，可以申请其回避。办结后，您可以对信访部门和承办单位分别作出评价。'),
    query,
  ),
  nonAcceptanceNotice: letter(
    p(`${came}经审查，依照《信访工作条例》的规定，{决定}。`),
    item('理由', '{理由}'),
    item('您可以这样做', '{救济途径}'),
    p('本事项已经登记在册；有新的事实或者理由，可以再次提出。'),
  ),
  guidanceNotice: letter(
    p(`${came}经审查，该事项应当通过法定途径处理（《信访工作条例》第三十一条）。`),
    item('法定途径', '{途径}'),
    item('受理机关', '{办理机关}'),
    item('怎样提出', '{怎样提出}'),
    item('时限', '{时限}'),
    p('法定途径有时间限制，请尽早提出。有困难的，可以向镇司法所申请法律援助。'),
  ),
  forwardLetter: official(
    p('现将信访事项（编号{事项编号}）转送你单位依法办理。'),
    item('诉求', '{诉求}'),
    item('事实和理由', '{事实和理由}'),
    item('由你单位办理的理由', '{理由}'),
    p(
      '请自收到之日起十五日内决定是否受理并书面告知信访人；认为不属于你单位职权的，自收到之日起五个工作日内提出异议，详细说明理由，并退还材料。',
    ),
    item('附件', '{附件}'),
    contact,
    signed,
    imprint,
  ),
  assignLetter: official(
    p('现将信访事项（编号{事项编号}）交由你单位依法办理。'),
    item('诉求', '{诉求}'),
    item('事实和理由', '{事实和理由}'),
    item('由你单位办理的理由', '{理由}'),
    item('办结并报告的期限', '{期限}'),
    p(
      '请自收到之日起十五日内决定是否受理并书面告知信访人；认为不属于你单位职权的，自收到之日起五个工作日内提出异议，详细说明理由，并退还材料。办结后请提交办结报告，写明事实、处理结果、执行情况和信访人的意见。',
    ),
    item('附件', '{附件}'),
    contact,
    signed,
    imprint,
  ),
  whereSentNotice: letter(
    p(`${came}经审查，该事项属于{去向}职权，已于{转送日期}转送该单位办理。`),
    p('该单位将自收到之日起十五日内书面告知您是否受理。该单位没有按时告知的，您可以向本机关反映。'),
    query,
  ),
  objectionLetter: letter(
    p(
      '你单位转送的信访事项（编号{事项编号}）于{收到转送日期}收悉。经审查，我单位认为不属于本单位职权，现提出异议，并退还有关材料。',
    ),
    item('理由', '{理由}'),
    item('建议转送', '{建议机关}'),
    item('提出时间', '收到转送后第 {工作日数} 个工作日'),
    p('以上异议依照《信访工作条例》第二十三条第三款提出，请核实处理。'),
  ),
  extensionNotice: letter(
    p(
      `${came}因情况复杂，不能在原期限内办结。依照《信访工作条例》第三十四条，经本机关负责人批准，延长办理期限{延长天数}。`,
    ),
    item('延期理由', '{延期理由}'),
    item('原办结期限', '{原期限}'),
    item('新的办结期限', '{新的期限}'),
    par(run('{期限说明}', { font: kai, half: 24 }), { indent: true, line: 400 }),
    item('批准人', '{批准人}'),
    p('延长后的期限届满仍未答复的，您可以向本机关或者上一级机关信访工作机构反映。'),
  ),
  hearingNotice: letter(
    p('关于信访事项（编号{事项编号}），本机关决定举行听证。请您（你们）参加。'),
    item('听证事项', '{听证事项}'),
    ...hearing,
    item('请携带', '{携带材料}'),
    p(
      '您可以委托一至二名代理人；多人共同提出的，推选不超过五名代表。认为主持人、听证员与本事项有直接利害关系的，可以在听证前申请回避。不能参加的，请提前说明理由。',
    ),
  ),
  hearingRecord: form(
    table(
      row([['听证事项', '{听证事项}']]),
      row([['时间', '{听证时间}']]),
      row([['地点', '{听证地点}']]),
      row([
        ['主持人', '{主持人}'],
        ['记录人', '{记录人}'],
      ]),
      row([['听证员', '{听证员}']]),
      row([['参加人', '{参加人}']]),
    ),
    par(run('{笔录}', { half: 28 }), { indent: true, line: 480, before: 160, align: 'both' }),
    small('以上笔录经宣读（阅看），与所述相符；有更正的已经注明。', { before: 240 }),
    small('信访人（代表、代理人）：　　　　　　　　　承办单位：', { before: 160 }),
    small('主持人：　　　　　　记录人：', { before: 160 }),
    small('听证员：', { before: 160 }),
  ),
  hearingConclusion: official(
    p('关于信访事项（编号{事项编号}），本机关依法举行了听证。听证员评议后形成结论如下：'),
    item('听证事项', '{听证事项}'),
    ...hearing,
    h('一、查明的事实'),
    p('{查明的事实}'),
    item('评议情况', '{评议情况}'),
    h('二、听证结论'),
    p('{听证结论}'),
    p('听证结论是作出处理、复查或者复核意见的依据。'),
    contact,
    signed,
    imprint,
  ),
  handlingOpinion: official(
    p(`${came}经调查核实，现作出处理意见如下：`),
    h('一、信访人请求'),
    p('{信访人请求}'),
    h('二、查明的事实'),
    p('{查明的事实}'),
    h('三、理由'),
    p('{理由}'),
    h('四、逐项答复'),
    p('{逐项答复}'),
    h('五、处理意见'),
    p('{处理意见}'),
    h('六、依据'),
    p('{依据}'),
    h('七、救济途径'),
    p('{救济途径}'),
    contact,
    signed,
    imprint,
  ),
  suggestionReply: letter(
    p(`${came}感谢您（你们）关心本镇工作。经研究，现答复如下：`),
    item('您的建议', '{信访人请求}'),
    item('了解到的情况', '{查明的事实}'),
    item('理由', '{理由}'),
    item('逐项答复', '{逐项答复}'),
    item('答复意见', '{处理意见}'),
    item('依据', '{依据}'),
  ),
  reviewRequest: request('复查', '复查机关'),
  reviewOpinion: decided('复查', '第三十五条', h('五、救济途径'), p('{救济途径}')),
  recheckRequest: request('复核', '复核机关'),
  recheckOpinion: decided(
    '复核',
    '第三十六条',
    item('听证情况', '{听证情况}'),
    p(
      '本复核意见为信访程序的最终意见。您（你们）仍以同一事实和理由提出投诉请求的，各级党委和政府信访部门和其他机关、单位不再受理；有新的事实或者理由的，可以重新提出。',
    ),
  ),
  serviceReceipt: form(
    table(
      row([['受送达人', '{受送达人}']]),
      row([
        ['送达文书', '{送达文书}'],
        ['文号', '{送达文号}'],
      ]),
      row([
        ['送达方式', '{送达方式}'],
        ['送达日期', '{送达日期}'],
      ]),
      row([['送达地点', '{送达地点}']]),
      row(
        [
          ['签收情况', '{签收情况}'],
          ['签收人', '{签收人}'],
        ],
        16,
      ),
      row([['拒收见证人', '{见证人}']], 16),
      row([['凭证', '{凭证}']]),
      row([['信访人意见', '{信访人意见}']], 16),
      row([['备注', '{备注}']], 16),
      row([['送达人', '{送达人}']], 14),
    ),
    small('一、受送达人在“签收人”栏签名、盖章或者按手印；不是本人签收的，写明与本人的关系。', {
      before: 120,
      indent: true,
    }),
    small('二、受送达人拒收的，写明拒收事由和日期，由见证人和送达人签名，文书留在受送达人住处，即视为送达。', {
      indent: true,
    }),
    small('三、电子送达须经受送达人同意；邮寄以回执上的日期为送达日期。', { indent: true }),
    small('四、处理意见书自送达之日起三十日内可以请求复查。', { indent: true }),
  ),
  completionReport: official(
    p('{交办文号}交办的信访事项（编号{事项编号}）已经办结，现报告如下：'),
    h('一、查明的事实'),
    p('{查明的事实}'),
    h('二、处理结果'),
    p('{处理结果}'),
    h('三、执行情况'),
    p('{执行情况}'),
    h('四、信访人的意见'),
    p('{信访人的意见}'),
    item('附件', '{附件}'),
    contact,
    signed,
    imprint,
  ),
  supervisionNotice: official(
    p('你单位承办的信访事项（编号{事项编号}，{事项}）有下列情形，依照《信访工作条例》第四十条予以督办。'),
    item('督办情形', '{督办情形}'),
    h('一、发现的情况'),
    p('{情况}'),
    h('二、要求'),
    p('{要求}'),
    p('请于{答复期限}前将改正情况书面答复本机关。'),
    contact,
    signed,
    imprint,
  ),
  adviceLetter: official(
    p('根据《信访工作条例》第四十条，就信访工作中发现的问题，向你单位提出{建议类别}的建议。'),
    h('一、发现的问题'),
    p('{问题}'),
    h('二、建议'),
    p('{建议}'),
    p('请认真研究，于{反馈期限}前将采纳情况书面反馈本机关。'),
    contact,
    signed,
    imprint,
  ),
  followUpRecord: form(
    table(
      row([['事项', '{事项}']]),
      row([['信访人', '{信访人}']]),
      row([
        ['回访日期', '{回访日期}'],
        ['回访方式', '{回访方式}'],
      ]),
      row([
        ['联系情况', '{联系情况}'],
        ['告知救济', '{告知救济}'],
      ]),
      row([
        ['对信访办', '{对信访办评价}'],
        ['对承办单位', '{对承办单位评价}'],
      ]),
      row([['评价原因', '{评价原因}']], 34),
      row([['执行情况', '{执行情况}']], 16),
      row([['新的情况', '{新的情况}']], 34),
      row([['回访人', '{回访人}']], 14),
    ),
    small('回访由办理人以外的人进行；满意与否由信访人自己说，不愿评价的记“不作评价”。', { before: 120 }),
    small('信访人（当面回访时签名）：　　　　　　　　　{成文日期}', { before: 200 }),
  ),
  citizenLetter: letter(p('{正文}'), item('您可以这样做', '{下一步}'), query),
  closingReport: form(
    table(
      row([['事项', '{事项}']]),
      row([
        ['收到日期', '{收到日期}'],
        ['受理日期', '{受理日期}'],
      ]),
      row([
        ['送达日期', '{送达日期}'],
        ['办结日期', '{办结日期}'],
      ]),
      row([['事实清楚', '{事实清楚}']], 24),
      row([['定性准确', '{定性准确}']], 24),
      row([['处理恰当', '{处理恰当}']], 24),
      row([['证据齐全', '{证据齐全}']], 24),
      row([['核验人', '{核验人}']]),
    ),
    small('四项标准由办理人逐项说明、另一人逐项核验，均成立，准予销号。', { before: 160 }),
    endOfForm(
      small('{文号}　　', { align: 'right', before: 120 }),
      small('{发文机关}　　{成文日期}', { align: 'right' }),
    ),
  ),
  annualReport: official(
    p('根据《信访工作条例》第四十一条，现将{年度}年度信访工作情况报告如下：'),
    h('一、总体情况'),
    p('{总体情况}'),
    p('{形式统计}'),
    h('二、信访事项的领域分布'),
    list('领域统计', ['领域', '件数', '占比']),
    h('三、被反映较多的机关、单位'),
    list('机关统计', ['机关', '件数', '已办结']),
    h('四、转送、交办、督办情况'),
    p('{转送交办督办}'),
    h('五、提出改进工作、完善政策、追究责任建议以及被采纳情况'),
    p('{建议采纳}'),
    p('{统计口径}'),
    contact,
    signed,
    imprint,
  ),
  mediationApplication: form(
    table(
      row([['申请人', '{申请方}']], 34),
      row([['被申请人', '{被申请方}']], 34),
      row([['纠纷事实', '{纠纷事实}']], 62),
      row([['申请事项', '{申请事项}']], 28),
    ),
    small('本人自愿申请人民调解，已知悉调解不收费、可以随时退出、协议具有约束力。', { before: 120, indent: true }),
    small('此致　{发文机关}', { before: 80 }),
    small('申请人（签名、盖章或按指印）：　　　　　{成文日期}', { before: 200, align: 'right' }),
  ),
  mediationIntake: form(
    table(
      row([
        ['受理日期', '{受理日期}'],
        ['纠纷类型', '{纠纷类型}'],
      ]),
      row([['案件来源', '{案件来源}']]),
      row([['一方当事人', '{申请方}']], 32),
      row([['另一方当事人', '{被申请方}']], 32),
      row([['简要情况', '{纠纷简要情况}']], 66),
    ),
    small('当事人（签名、盖章或按指印）：', { before: 200 }),
    small('登记人（签名）：{登记人}', { before: 100 }),
    small('{发文机关}（盖章）　{成文日期}', { before: 160, align: 'right' }),
  ),
  mediationIdentity: form(
    list('当事人证件', ['姓名、名称', '证件', '后四位']),
    small('证件复印件、资格证明粘贴或者附在本页后面；只登记证件号码的后四位。', { before: 120, indent: true }),
    small('核对人（签名）：{核对人}　{成文日期}', { before: 200, align: 'right' }),
  ),
  mediationAuthority: form(
    table(
      row([['委托人', '{委托人}']], 34),
      row([['受托人', '{受托人}']], 34),
      row([['委托事项和权限', '{委托事项}']], 90),
    ),
    small('委托人（签名、盖章或按指印）：', { before: 200 }),
    small('受托人（签名、盖章或按指印）：', { before: 120 }),
    small('{成文日期}', { before: 160, align: 'right' }),
  ),
  mediationRights: form(
    small('{当事人}：', { keep: true }),
    small(
      '人民调解委员会是依法设立的调解民间纠纷的群众性组织，调解不收取任何费用。调解在各方自愿、平等的基础上进行，不违背法律、法规和国家政策，尊重当事人的权利，不得因调解而阻止当事人依法通过仲裁、行政、司法等途径维护自己的权利。',
      { indent: true },
    ),
    small(
      '一、当事人的权利：选择或者接受人民调解员；接受调解、拒绝调解或者要求终止调解；要求调解公开进行或者不公开进行；自主表达意愿、自愿达成调解协议。',
      { indent: true },
    ),
    small('二、当事人的义务：如实陈述纠纷事实；遵守调解现场秩序，尊重人民调解员；尊重对方当事人行使权利。', {
      indent: true,
    }),
    small(
      '三、经调解达成的协议，具有法律约束力，当事人应当按照约定履行；双方可以自协议生效之日起三十日内共同向人民法院申请司法确认。达不成协议的，可以通过仲裁、行政、司法途径维护权利。',
      { indent: true },
    ),
    small('四、认为调解员与纠纷有利害关系或者不公正的，可以要求更换。', { indent: true }),
    table(
      row([
        ['告知方式', '{告知方式}'],
        ['告知日期', '{告知日期}'],
      ]),
      row([['公开与否', '{公开}']]),
    ),
    small('当事人（签名、盖章或按指印）：', { before: 200 }),
    small('{发文机关}　{成文日期}', { before: 160, align: 'right' }),
  ),
  mediationSlip: form(
    small('{当事人}：', { keep: true }),
    table(row([['调解时间', '{调解时间}']], 14), row([['调解地点', '{调解地点}']], 14), row([['调解员', '{调解员}']])),
    small(
      '调解自愿、免费。不能到场的，请提前告知，另约时间；不愿继续调解的，可以随时提出。请带上身份证件和有关材料。',
      { before: 120, indent: true },
    ),
    small('{发文机关}　{成文日期}', { before: 160, align: 'right' }),
  ),
  mediationInvestigation: form(
    table(
      row([
        ['调查时间', '{调查时间}'],
        ['调查地点', '{调查地点}'],
      ]),
      row([['被调查人', '{被调查人}']], 14),
      row([['调查内容', '{调查内容}']], 120),
    ),
    small('以上记录已经核对，无误。被调查人（签名、盖章或按指印）：', { before: 160 }),
    small('调查人（签名）：{调查人}　{成文日期}', { before: 120, align: 'right' }),
  ),
  mediationEvidence: form(
    list('证据', ['材料名称', '来源', '页数']),
    small('证据的原件、复印件按本清单的次序附后。', { before: 120, indent: true }),
    small('整理人（签名）：{整理人}　{成文日期}', { before: 200, align: 'right' }),
  ),
  mediationRecord: form(
    table(
      row([
        ['调解时间', '{调解时间}'],
        ['调解次数', '{调解次数}'],
      ]),
      row([['调解地点', '{调解地点}']]),
      row([['到场人', '{到场人}']], 16),
    ),
    small('{笔录}', { before: 120, indent: true }),
    small('提出的方案：{方案}', { indent: true }),
    small('以上记录已经宣读、核对，无误。当事人（签名、盖章或按指印）：', { before: 160 }),
    small('调解员（签名）：{调解员}　{成文日期}', { before: 120, align: 'right' }),
  ),
  mediationAgreement: form(
    small('{当事人}', { indent: true }),
    small('纠纷主要事实、争议事项：', { before: 80, keep: true }),
    small('{纠纷事实}', { indent: true }),
    small('经调解，自愿达成如下协议：', { before: 80, keep: true }),
    small('{范围说明}', { indent: true }),
    small('{协议内容}', { indent: true }),
    small('履行方式、时限：', { before: 80, keep: true }),
    small('{履行方式和期限}', { indent: true }),
    small('本协议一式数份，当事人各执一份，人民调解委员会留存一份。', { before: 80, indent: true }),
    small('当事人（签名、盖章或按指印）：', { before: 160, keep: true }),
    small('{各方签名}', { indent: true }),
    small('人民调解员（签名）：{调解员}', { before: 120 }),
    small('生效日期：{生效日期}', { before: 60 }),
    small('{发文机关}（盖章）　{成文日期}', { before: 160, align: 'right' }),
  ),
  mediationOral: form(
    table(
      row([['当事人', '{当事人}']], 24),
      row([['主要事实', '{纠纷事实}']], 50),
      row([['协议内容', '{协议内容}']], 50),
      row([['履行方式时限', '{履行方式和期限}']], 34),
      row([['达成日期', '{生效日期}']]),
    ),
    small('人民调解员（签名）：{调解员}', { before: 200 }),
    small('{发文机关}　{成文日期}', { before: 160, align: 'right' }),
  ),
  performanceProof: form(
    table(
      row([
        ['履行方', '{履行方}'],
        ['接受方', '{接受方}'],
      ]),
      row([['约定日期', '{约定日期}']]),
      row([['履行事项', '{履行事项}']], 30),
      row([['履行情况', '{履行情况}']], 80),
    ),
    small('接受方（签名、盖章或按指印）：', { before: 200 }),
    small('调解员（签名）：{调解员}　{成文日期}', { before: 120, align: 'right' }),
  ),
  mediationEnd: form(
    small('{当事人}：', { keep: true }),
    small('各方的纠纷，本委员会不再调解。', { indent: true }),
    table(
      row([['终结日期', '{终结日期}']]),
      row([['终结原因', '{终结原因}']], 30),
      row([['其他途径', '{其他途径}']], 44),
      row([['无争议事实', '{无争议事实}']], 30),
    ),
    small('调解不收费。各方可以依法通过上述途径维护自己的权利；以后都愿意调解的，可以重新申请。', {
      before: 120,
      indent: true,
    }),
    small('当事人（签名、盖章或按指印）：', { before: 160 }),
    small('{发文机关}（盖章）　{成文日期}', { before: 160, align: 'right' }),
  ),
  mediationFollowUp: form(
    table(
      row([
        ['回访日期', '{回访日期}'],
        ['回访人', '{回访人}'],
      ]),
      row([
        ['协议编号', '{协议编号}'],
        ['满意度', '{满意度}'],
      ]),
      row([['履行情况', '{履行情况}']], 36),
      row([['回访内容', '{回访内容}']], 56),
      row([['隐患', '{隐患}']], 26),
    ),
    small('回访人（签名）：　　　　　　　　{成文日期}', { before: 200, align: 'right' }),
  ),
  confirmationApplication: form(
    table(
      row([['申请人', '{申请方}']], 34),
      row([['申请事项', '{申请事项}']], 24),
      row([['协议内容', '{协议内容}']], 40),
      row([['附件', '{附件}']], 26),
      row([['申请期限', '{申请期限}']]),
    ),
    small(
      '双方出于解决纠纷的目的自愿达成协议，没有恶意串通、规避法律的行为；如果因为该协议内容而给他人造成损害的，愿意承担相应的法律责任。',
      { before: 120, indent: true },
    ),
    small('此致　{受理法院}', { before: 60 }),
    small('申请人（签名、盖章或按指印）：　　　　{成文日期}', { before: 160, align: 'right' }),
  ),
  mediationCover: form(
    par(run('{卷名}', { font: song, half: 36 }), { align: 'center', before: 1400, after: 1400, line: 620 }),
    table(
      row(
        [
          ['年度', '{年度}'],
          ['纠纷类型', '{纠纷类型}'],
        ],
        14,
      ),
      row([['调解员', '{调解员}']], 14),
      row(
        [
          ['受理日期', '{受理日期}'],
          ['终结日期', '{调解日期}'],
        ],
        14,
      ),
      row(
        [
          ['立卷人', '{立卷人}'],
          ['立卷日期', '{立卷日期}'],
        ],
        14,
      ),
      row(
        [
          ['本卷页数', '{页数}'],
          ['保管期限', '{保管期限}'],
        ],
        14,
      ),
    ),
    small('{发文机关}', { before: 900, align: 'center' }),
  ),
  mediationIndex: form(list('目录', ['材料名称', '日期', '页次'])),
  mediationBack: form(
    table(
      row([['备考', '{备考}']], 120),
      row([
        ['本卷页数', '{页数}'],
        ['立卷日期', '{立卷日期}'],
      ]),
    ),
    small('立卷人（签名）：{立卷人}', { before: 200 }),
    small('{发文机关}　{成文日期}', { before: 160, align: 'right' }),
  ),
  dutyLetter: form(
    small('{责任内容}', { indent: true }),
    small('任期：{任期}', { before: 120 }),
    small('签署人（签名）：{签署人}', { before: 160 }),
    small('{签署情况}', { before: 60 }),
    small('{发文机关}　{成文日期}', { before: 160, align: 'right' }),
  ),
}

const ns =
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
/** 页码：4号半角宋体，左右各一字线；单页居右空一字，双页居左空一字. */
const pageNumber = (align: 'left' | 'right') => {
  const look = { font: '宋体', half: 28 }
  const field = (code: string) =>
    `<w:r><w:rPr>${fonts('宋体')}<w:sz w:val="28"/></w:rPr><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:rPr>${fonts('宋体')}<w:sz w:val="28"/></w:rPr><w:instrText xml:space="preserve"> ${code} </w:instrText></w:r><w:r><w:rPr>${fonts('宋体')}<w:sz w:val="28"/></w:rPr><w:fldChar w:fldCharType="separate"/></w:r>${run('1', look)}<w:r><w:rPr>${fonts('宋体')}<w:sz w:val="28"/></w:rPr><w:fldChar w:fldCharType="end"/></w:r>`
  return par(run('— ', look) + field('PAGE') + run(' —', look), {
    align,
    line: 320,
    ...(align === 'left' ? { left: char } : { right: char }),
  })
}
const footer = (inner: string) => `${xml}<w:ftr ${ns}>${inner}</w:ftr>`
const header = (inner: string) => `${xml}<w:hdr ${ns}>${inner}</w:hdr>`
const empty = par('', { line: 20 })
const styles = `${xml}<w:styles ${ns}><w:docDefaults><w:rPrDefault><w:rPr>${fonts(fang)}<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/><w:pPr><w:widowControl w:val="0"/></w:pPr></w:style><w:style w:type="table" w:default="1" w:styleId="a1"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>`
const settings = `${xml}<w:settings ${ns}><w:evenAndOddHeaders/><w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:balanceSingleByteDoubleByteWidth/><w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`

interface Part {
  id: string
  type: 'header' | 'footer'
  of: 'default' | 'even' | 'first'
  content: string
}
const partsOf = (kind: DocumentKind): Part[] => {
  const common: Part[] = [
    { id: 'rId10', type: 'footer', of: 'default', content: footer(pageNumber('right')) },
    { id: 'rId11', type: 'footer', of: 'even', content: footer(pageNumber('left')) },
  ]
  return catalogue[kind].layout === 'letter'
    ? [
        ...common,
        { id: 'rId12', type: 'header', of: 'first', content: header(letterHeader) },
        { id: 'rId13', type: 'header', of: 'default', content: header(empty) },
        { id: 'rId14', type: 'header', of: 'even', content: header(empty) },
        { id: 'rId15', type: 'footer', of: 'first', content: footer(letterFooter) },
      ]
    : common
}

const build = (kind: DocumentKind): Uint8Array => {
  const parts = partsOf(kind)
  const isLetter = catalogue[kind].layout === 'letter'
  const isForm = catalogue[kind].layout === 'form'
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const rels = (list: [string, string, string][]) =>
    `${xml}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${list.map(([id, type, target]) => `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`).join('')}</Relationships>`
  const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml'
  const name = (x: Part) => `${x.type}${x.id.slice(3)}.xml`
  const types = `${xml}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${word}.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="${word}.styles+xml"/><Override PartName="/word/settings.xml" ContentType="${word}.settings+xml"/>${parts.map((x) => `<Override PartName="/word/${name(x)}" ContentType="${word}.${x.type}+xml"/>`).join('')}</Types>`
  const section = `<w:sectPr>${parts.map((x) => `<w:${x.type}Reference w:type="${x.of}" r:id="${x.id}"/>`).join('')}<w:pgSz w:w="${mm(210)}" w:h="${mm(297)}"/><w:pgMar w:top="${isForm ? mm(30) : mm(37)}" w:right="${mm(26)}" w:bottom="${isForm || isLetter ? mm(30) : mm(35)}" w:left="${mm(28)}" w:header="${isLetter ? mm(30) : mm(15)}" w:footer="${isLetter ? mm(20) : mm(23)}" w:gutter="0"/>${isLetter ? '<w:titlePg/>' : ''}${isForm || isLetter ? '' : `<w:docGrid w:type="lines" w:linePitch="${line}"/>`}</w:sectPr>`
  const files: Record<string, string> = {
    '[Content_Types].xml': types,
    '_rels/.rels': rels([['rId1', 'officeDocument', 'word/document.xml']]),
    'word/document.xml': `${xml}<w:document ${ns}><w:body>${bodies[kind]}${section}</w:body></w:document>`,
    'word/styles.xml': styles,
    'word/settings.xml': settings,
    'word/_rels/document.xml.rels': rels([
      ['rId1', 'styles', 'styles.xml'],
      ['rId2', 'settings', 'settings.xml'],
      ...parts.map((x): [string, string, string] => [x.id, x.type, name(x)]),
    ]),
    ...Object.fromEntries(parts.map((x) => [`word/${name(x)}`, x.content])),
  }
  return zipSync(Object.fromEntries(Object.entries(files).map(([k, v]) => [k, strToU8(v)])), {
    mtime: new Date('2026-01-01T00:00:00Z'),
  })
}

const out = resolve(import.meta.dirname, 'templates')
mkdirSync(out, { recursive: true })
for (const kind of documentKinds) writeFileSync(resolve(out, `${kind}.docx`), build(kind))
console.log(`${documentKinds.length} 份模板`)
