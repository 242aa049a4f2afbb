import { documentNumber } from './numbering.ts'

/** A tag of a template: written {名称} in the Word file, filled from the matter. */
export interface Tag {
  /** On a blank form, lines to write on. */
  ruled?: true
  name: string
  says: string
  /** The law or the office wants it: a template must carry it, and a paper without it is not issued. */
  needed: boolean
  /** Several paragraphs; on a blank form this many ruled lines, otherwise a ruled space in the line. */
  lines: number
  /** A list that repeats a table row, with the tags inside the row. */
  rows?: readonly string[]
  image?: boolean
}

/** official: 文件格式，红头、红线、版记; letter: 信函格式，一页; form: 表单，无红头 (GB/T 9704-2012). */
export type Layout = 'official' | 'letter' | 'form'

/** One paper, complete: what is stored, hashed, filled into the template and printed. */
export interface PaperData {
  kind: DocumentKind
  title: string
  organ: string
  number: string | null
  /** ISO day; written in full on the paper. */
  issuedOn: string
  /** Text of every tag by its name; an absent or empty one is left out of the paper. */
  values: Record<string, string>
  /** Rows of the tags that repeat. */
  rows?: Record<string, Record<string, string>[]>
  /** What only the move knew, kept so that a new version can be made. */
  extra: Record<string, unknown>
}

interface Entry {
  title: string
  numbered: boolean
  mark: string
  basis: string
  layout: Layout
  /** Who receives it: decides whether it can be served on the petitioner. */
  to: 'petitioner' | 'unit' | 'file'
  tags: readonly Tag[]
}

const tag = (name: string, says: string, more: Partial<Tag> = {}): Tag => ({
  name,
  says,
  needed: false,
  lines: 0,
  ...more,
})
const need = (name: string, says: string, lines = 0) => tag(name, says, { needed: true, lines })
const may = (name: string, says: string, lines = 0) => tag(name, says, { lines })
/** Stands outside the boxes of a form: a blank one has lines to write on there. */
const ruled = (t: Tag): Tag => ({ ...t, ruled: true })

/** Tags that every paper may carry. */
export const commonTags: readonly Tag[] = [
  may('发文机关', '出具文书的机关名称'),
  may('文号', '按镇、文种、年度连续编号'),
  may('标题', '文书名称'),
  may('信访人', '称谓：信访人姓名，或受文单位'),
  may('事项编号', '信访事项编号'),
  may('事项', '信访事项标题'),
  may('信访形式', '来访、来信、来电、网上等'),
  may('收到日期', '收到信访事项的日期'),
  may('成文日期', '文书出具的日期'),
  may('联系', '联系人和电话'),
  may('查询码', '查询办理进度的查询码'),
  tag('二维码', '查询办理进度的二维码', { image: true }),
  may('抄送', '版记中的抄送机关'),
  may('印发机关', '版记中的印发机关'),
  may('版次说明', '重新出具时：第几版、替代哪一份、理由'),
]

const given = [need('诉求', '信访人要求解决什么', 3), may('人数', '信访人数')]
const remedy = need('救济途径', '不服怎么办：期限和向谁提出', 3)
const party = (who: string) => [need('申请人', `${who}姓名或名称`), may('住址', '住址'), may('联系方式', '联系电话')]
const hearingWho = [
  need('听证时间', '年月日时'),
  need('听证地点', '举行听证的地点'),
  need('主持人', '听证主持人，不得是经办人'),
  need('听证员', '听证员名单，五人以上单数'),
]

const entries = {
  registrationReceipt: {
    title: '信访事项登记回执',
    numbered: false,
    mark: '',
    basis: '《信访工作条例》第二十二条',
    layout: 'form',
    to: 'petitioner',
    tags: [...given, may('登记人', '登记的工作人员'), may('以前反映', '信访人说以前反映过没有')],
  },
  registrationForm: {
    title: '信访事项登记表',
    numbered: false,
    mark: '',
    basis: '《信访工作条例》第十九条、第二十一条、第二十二条',
    layout: 'form',
    to: 'file',
    tags: [
      need('姓名', '信访人姓名或者名称'),
      need('住址', '信访人住址'),
      need('诉求', '请求', 4),
      need('事实和理由', '事实、理由', 10),
      may('电话', '联系电话'),
      may('人数', '信访人数'),
      may('涉及人数', '涉及户（人）数'),
      may('以前反映', '信访人说以前反映过没有'),
      may('代表人', '五人以上共同提出时推选的代表，不超过五人'),
      may('代理人', '代理人或监护人'),
      may('证件核对', '证件种类、后四位、是否核对'),
      may('口述宣读', '口头提出的是否记录并宣读'),
      may('登记人', '登记的工作人员'),
    ],
  },
  acceptanceNotice: {
    title: '信访事项受理告知书',
    numbered: true,
    mark: '受',
    basis: '《信访工作条例》第二十三条',
    layout: 'letter',
    to: 'petitioner',
    tags: [
      need('诉求', '受理的事项', 2),
      need('办理路径', '第三十一条规定的办理路径'),
      need('受理日期', '决定受理的日期'),
      need('办理期限', '应当办结的日期'),
      need('联系人', '承办联系人和电话'),
      may('期限说明', '期限怎样算出', 3),
    ],
  },
  nonAcceptanceNotice: {
    title: '信访事项不予受理告知书',
    numbered: true,
    mark: '不受',
    basis: '《信访工作条例》第十九条、第二十三条、第三十六条',
    layout: 'letter',
    to: 'petitioner',
    tags: [need('决定', '不予受理或者不再受理'), need('理由', '法定理由和说明', 4), remedy],
  },
  guidanceNotice: {
    title: '依法分类处理告知书',
    numbered: true,
    mark: '导',
    basis: '《信访工作条例》第二十三条、第三十一条',
    layout: 'letter',
    to: 'petitioner',
    tags: [
      need('途径', '五种法定途径之一'),
      need('办理机关', '应当向哪个机关提出'),
      need('怎样提出', '怎样提出、需要哪些材料', 3),
      may('时限', '该途径还剩多少时间'),
    ],
  },
  forwardLetter: {
    title: '信访事项转送函',
    numbered: true,
    mark: '转',
    basis: '《信访工作条例》第二十二条',
    layout: 'official',
    to: 'unit',
    tags: [
      need('诉求', '诉求', 3),
      need('理由', '为什么属于该单位职权', 3),
      may('事实和理由', '信访人陈述的事实和理由', 4),
      may('附件', '随函材料'),
    ],
  },
  assignLetter: {
    title: '信访事项交办函',
    numbered: true,
    mark: '交',
    basis: '《信访工作条例》第二十二条',
    layout: 'official',
    to: 'unit',
    tags: [
      need('诉求', '诉求', 3),
      need('理由', '为什么属于该单位职权', 3),
      need('期限', '办结并报告的期限'),
      may('事实和理由', '信访人陈述的事实和理由', 4),
      may('附件', '随函材料'),
    ],
  },
  whereSentNotice: {
    title: '信访事项去向告知书',
    numbered: true,
    mark: '告',
    basis: '《信访工作条例》第二十二条、第二十三条',
    layout: 'letter',
    to: 'petitioner',
    tags: [need('去向', '转送、交办给哪个单位'), need('转送日期', '转送的日期')],
  },
  objectionLetter: {
    title: '信访事项异议函',
    numbered: true,
    mark: '异',
    basis: '《信访工作条例》第二十三条',
    layout: 'letter',
    to: 'unit',
    tags: [
      need('理由', '为什么不属于本单位职权', 5),
      need('收到转送日期', '单位收到转送的日期'),
      may('工作日数', '收到后第几个工作日提出'),
      may('建议机关', '建议转送的机关'),
    ],
  },
  extensionNotice: {
    title: '信访事项延期办理告知书',
    numbered: true,
    mark: '延',
    basis: '《信访工作条例》第三十四条',
    layout: 'letter',
    to: 'petitioner',
    tags: [
      need('延期理由', '情况怎样复杂', 4),
      need('延长天数', '延长几日，不超过三十日'),
      need('新的期限', '延长后的办结日期'),
      need('批准人', '批准的负责人'),
      may('原期限', '延长前的办结日期'),
      may('期限说明', '期限怎样算出', 3),
    ],
  },
  hearingNotice: {
    title: '信访事项听证通知书',
    numbered: true,
    mark: '听通',
    basis: '《信访工作条例》第三十一条；《山东省信访条例》第三十九条',
    layout: 'letter',
    to: 'petitioner',
    tags: [...hearingWho, need('听证事项', '听证的内容', 3), may('携带材料', '请携带的材料', 2)],
  },
  hearingRecord: {
    title: '信访事项听证笔录',
    numbered: false,
    mark: '',
    basis: '《信访工作条例》第三十一条；《山东省信访条例》第三十九条',
    layout: 'form',
    to: 'file',
    tags: [
      ...hearingWho,
      need('记录人', '记录人'),
      need('参加人', '信访人、代理人、承办单位等', 2),
      need('听证事项', '听证的内容', 2),
      need('笔录', '各方陈述、质证、辩论，逐句记录', 13),
    ],
  },
  hearingConclusion: {
    title: '信访事项听证结论书',
    numbered: true,
    mark: '听',
    basis: '《信访工作条例》第三十一条；《山东省信访条例》第三十九条',
    layout: 'official',
    to: 'petitioner',
    tags: [
      ...hearingWho,
      need('听证事项', '听证的内容', 3),
      need('查明的事实', '经听证查明的事实', 8),
      need('听证结论', '听证员评议形成的结论', 6),
      may('评议情况', '评议的多数意见和不同意见', 3),
    ],
  },
  handlingOpinion: {
    title: '信访事项处理意见书',
    numbered: true,
    mark: '处',
    basis: '《信访工作条例》第三十一条、第三十二条',
    layout: 'official',
    to: 'petitioner',
    tags: [
      need('信访人请求', '信访人的请求', 4),
      need('查明的事实', '经调查核实的事实', 8),
      need('理由', '支持或者不支持的理由', 5),
      need('逐项答复', '对每一项请求的答复：支持、解释说明、不支持', 5),
      need('处理意见', '处理意见', 5),
      need('依据', '法律、法规、规章、政策', 3),
      remedy,
    ],
  },
  suggestionReply: {
    title: '建议意见答复函',
    numbered: true,
    mark: '复',
    basis: '《信访工作条例》第二十九条',
    layout: 'letter',
    to: 'petitioner',
    tags: [
      need('信访人请求', '建议的内容', 3),
      need('处理意见', '研究采纳的情况', 6),
      may('查明的事实', '了解到的情况', 3),
      may('理由', '理由', 3),
      may('逐项答复', '逐项答复', 3),
      may('依据', '依据', 2),
    ],
  },
  reviewRequest: {
    title: '信访事项复查申请书',
    numbered: false,
    mark: '',
    basis: '《信访工作条例》第三十五条',
    layout: 'form',
    to: 'file',
    tags: [
      ...party('申请人'),
      need('复查机关', '向哪个机关申请'),
      need('原意见文号', '不服的处理意见书文号'),
      need('收到书面答复日期', '收到处理意见书的日期'),
      need('请求', '请求复查什么', 4),
      need('理由', '不服的理由', 8),
      may('申请期限', '申请复查的最后一天'),
    ],
  },
  reviewOpinion: {
    title: '信访事项复查意见书',
    numbered: true,
    mark: '查',
    basis: '《信访工作条例》第三十五条',
    layout: 'official',
    to: 'petitioner',
    tags: [
      need('原意见文号', '被申请复查的意见书文号'),
      need('收到申请日期', '收到复查申请的日期'),
      need('申请理由', '申请人的请求和理由', 4),
      need('查明的事实', '复查查明的事实', 8),
      need('复查意见', '维持、变更或者撤销', 4),
      need('依据', '法律、法规、规章、政策', 3),
      remedy,
    ],
  },
  recheckRequest: {
    title: '信访事项复核申请书',
    numbered: false,
    mark: '',
    basis: '《信访工作条例》第三十六条',
    layout: 'form',
    to: 'file',
    tags: [
      ...party('申请人'),
      need('复核机关', '向哪个机关申请'),
      need('原意见文号', '不服的复查意见书文号'),
      need('收到书面答复日期', '收到复查意见书的日期'),
      need('请求', '请求复核什么', 4),
      need('理由', '不服的理由', 8),
      may('申请期限', '申请复核的最后一天'),
    ],
  },
  recheckOpinion: {
    title: '信访事项复核意见书',
    numbered: true,
    mark: '核',
    basis: '《信访工作条例》第三十六条',
    layout: 'official',
    to: 'petitioner',
    tags: [
      need('原意见文号', '被申请复核的意见书文号'),
      need('收到申请日期', '收到复核申请的日期'),
      need('申请理由', '申请人的请求和理由', 4),
      need('查明的事实', '复核查明的事实', 8),
      need('复核意见', '维持、变更或者撤销', 4),
      need('依据', '法律、法规、规章、政策', 3),
      may('听证情况', '举行听证的时间和结论', 2),
    ],
  },
  serviceReceipt: {
    title: '送达回证',
    numbered: false,
    mark: '',
    basis: '《信访工作条例》第二十三条、第三十五条；参照《民事诉讼法》第八十七条至第九十五条',
    layout: 'form',
    to: 'file',
    tags: [
      need('受送达人', '信访人姓名或者名称'),
      need('送达文书', '送达的文书名称'),
      need('送达方式', '当面、邮寄、电子（经同意）、其他'),
      need('送达日期', '送达的日期'),
      need('签收情况', '签收，或者拒收'),
      need('送达人', '送达的工作人员'),
      may('送达文号', '送达文书的文号'),
      may('送达地点', '送达的地点'),
      may('签收人', '签收的人；不是本人的写明关系'),
      may('见证人', '拒收时在场的见证人'),
      may('凭证', '邮寄单号、短信回执、照片等'),
      may('信访人意见', '同意、不同意、没有表示'),
      may('备注', '备注', 2),
    ],
  },
  completionReport: {
    title: '信访事项办结报告',
    numbered: true,
    mark: '办',
    basis: '《信访工作条例》第二十二条',
    layout: 'official',
    to: 'unit',
    tags: [
      need('交办文号', '交办函的文号'),
      need('查明的事实', '调查核实的事实', 8),
      need('处理结果', '作出什么处理', 5),
      need('执行情况', '执行到什么程度', 4),
      need('信访人的意见', '信访人怎么说', 3),
      may('附件', '附送材料'),
    ],
  },
  supervisionNotice: {
    title: '信访事项督办通知书',
    numbered: true,
    mark: '督',
    basis: '《信访工作条例》第三十八条、第四十条',
    layout: 'official',
    to: 'unit',
    tags: [
      need('督办情形', '第四十条所列情形'),
      need('情况', '发现的事实', 4),
      need('要求', '要求怎样改正', 4),
      need('答复期限', '书面答复的日期'),
    ],
  },
  adviceLetter: {
    title: '信访工作建议书',
    numbered: true,
    mark: '建',
    basis: '《信访工作条例》第四十条',
    layout: 'official',
    to: 'unit',
    tags: [
      need('建议类别', '改进工作、完善政策、追究责任'),
      need('问题', '发现的问题', 5),
      need('建议', '建议怎样做', 5),
      need('反馈期限', '书面反馈的日期'),
    ],
  },
  followUpRecord: {
    title: '信访事项回访记录',
    numbered: false,
    mark: '',
    basis: '镇信访工作制度（回访审核）',
    layout: 'form',
    to: 'file',
    tags: [
      need('回访日期', '回访的日期'),
      need('回访人', '回访的工作人员，不得是经办人'),
      need('回访方式', '当面、电话、上门等'),
      may('联系情况', '是否联系上'),
      may('对信访办评价', '满意、基本满意、不满意、不作评价'),
      may('对承办单位评价', '满意、基本满意、不满意、不作评价'),
      may('评价原因', '信访人说的原因', 4),
      may('执行情况', '意见执行到什么程度'),
      may('新的情况', '新的问题和要求', 4),
      may('告知救济', '是否告知救济途径'),
    ],
  },
  citizenLetter: {
    title: '致信访人的信',
    numbered: true,
    mark: '信',
    basis: '《信访工作条例》第二十三条',
    layout: 'letter',
    to: 'petitioner',
    tags: [need('正文', '用平常话写：办到哪一步、谁在办、哪天有结果', 7), may('下一步', '您可以怎样做', 3)],
  },
  closingReport: {
    title: '信访事项销号报告',
    numbered: true,
    mark: '销',
    basis: '镇信访工作制度（对标销号）',
    layout: 'form',
    to: 'file',
    tags: [
      need('事实清楚', '第一项标准及证据', 2),
      need('定性准确', '第二项标准及证据', 2),
      need('处理恰当', '第三项标准及证据', 2),
      need('证据齐全', '第四项标准及证据', 2),
      may('受理日期', '受理日期'),
      may('送达日期', '意见书送达日期'),
      may('办结日期', '办结日期'),
      may('核验人', '核验的人，不得是办理人'),
    ],
  },
  annualReport: {
    title: '信访工作年度报告',
    numbered: true,
    mark: '报',
    basis: '《信访工作条例》第四十一条',
    layout: 'official',
    to: 'file',
    tags: [
      need('年度', '报告的年度'),
      need('总体情况', '登记、受理、办结的件数和比率', 4),
      tag('领域统计', '按内容分类统计（表格行）', { needed: true, rows: ['领域', '件数', '占比'] }),
      tag('机关统计', '被反映较多的机关（表格行）', { needed: true, rows: ['机关', '件数', '已办结'] }),
      need('转送交办督办', '转送、交办、督办的件数', 3),
      need('建议采纳', '提出建议和被采纳的情况', 3),
      may('形式统计', '按信访形式统计', 2),
      may('统计口径', '截止日期和口径', 2),
    ],
  },
  mediationApplication: {
    title: '人民调解申请书',
    numbered: false,
    mark: '',
    basis: '《人民调解法》第十七条',
    layout: 'form',
    to: 'file',
    tags: [
      need('申请方', '姓名、性别、民族、年龄、职业、联系方式、住址', 5),
      need('被申请方', '姓名、性别、民族、年龄、职业、联系方式、住址', 5),
      need('纠纷事实', '纠纷的经过', 8),
      need('申请事项', '请求调解什么', 4),
    ],
  },
  mediationIntake: {
    title: '人民调解受理登记表',
    numbered: false,
    mark: '',
    basis: '《人民调解法》第十七条、第二十七条',
    layout: 'form',
    to: 'file',
    tags: [
      need('受理日期', '受理的日期'),
      need('纠纷类型', '婚姻家庭、邻里等'),
      need('案件来源', '当事人申请、主动调解、移送'),
      need('申请方', '一方当事人', 4),
      need('被申请方', '另一方当事人', 4),
      need('纠纷简要情况', '纠纷的经过和各方要求', 8),
      ruled(may('登记人', '登记的人')),
    ],
  },
  mediationIdentity: {
    title: '当事人身份证明',
    numbered: false,
    mark: '',
    basis: '《人民调解工作若干规定》第三十五条；人民调解文书格式',
    layout: 'form',
    to: 'file',
    tags: [
      tag('当事人证件', '各方当事人、代理人的证件（表格行）', { needed: true, rows: ['姓名、名称', '证件', '后四位'] }),
      ruled(may('核对人', '核对证件的人')),
    ],
  },
  mediationAuthority: {
    title: '授权委托书',
    numbered: false,
    mark: '',
    basis: '《民法典》第一百六十五条；人民调解文书格式',
    layout: 'form',
    to: 'file',
    tags: [
      need('委托人', '委托的当事人', 3),
      need('受托人', '代理人的姓名和情况', 3),
      need('委托事项', '代理什么、权限到哪里', 6),
    ],
  },
  mediationRights: {
    title: '人民调解权利义务告知书',
    numbered: false,
    mark: '',
    basis: '《人民调解法》第二十三条、第二十四条；《人民调解工作若干规定》第三十条',
    layout: 'form',
    to: 'file',
    tags: [
      ruled(need('当事人', '各方当事人')),
      need('告知方式', '口头或者书面'),
      need('告知日期', '告知的日期'),
      may('公开', '按当事人意愿公开或者不公开进行'),
    ],
  },
  mediationSlip: {
    title: '人民调解通知单',
    numbered: false,
    mark: '',
    basis: '《人民调解法》第二十二条',
    layout: 'form',
    to: 'file',
    tags: [
      ruled(need('当事人', '各方当事人')),
      need('调解时间', '年月日时'),
      need('调解地点', '在哪里调解'),
      may('调解员', '主持的调解员'),
    ],
  },
  mediationInvestigation: {
    title: '人民调解调查记录',
    numbered: false,
    mark: '',
    basis: '《人民调解法》第二十二条、第二十七条',
    layout: 'form',
    to: 'file',
    tags: [
      need('调查时间', '调查的日期'),
      need('调查地点', '调查的地点'),
      need('被调查人', '被调查人和在场的人'),
      need('调查内容', '问了什么、看到什么', 12),
      ruled(may('调查人', '调查的调解员')),
    ],
  },
  mediationEvidence: {
    title: '证据材料清单',
    numbered: false,
    mark: '',
    basis: '人民调解文书格式',
    layout: 'form',
    to: 'file',
    tags: [
      tag('证据', '各份证据（表格行）', { needed: true, rows: ['材料名称', '来源', '页数'] }),
      ruled(may('整理人', '整理的人')),
    ],
  },
  mediationRecord: {
    title: '人民调解记录',
    numbered: false,
    mark: '',
    basis: '《人民调解法》第二十七条',
    layout: 'form',
    to: 'file',
    tags: [
      need('调解时间', '调解的日期'),
      need('调解地点', '调解的地点'),
      need('到场人', '到场的当事人和其他人'),
      ruled(need('笔录', '各方说了什么、提出什么方案', 11)),
      may('调解次数', '第几次调解'),
      ruled(may('方案', '提出的调解方案', 2)),
      ruled(may('调解员', '主持的调解员')),
    ],
  },
  mediationAgreement: {
    title: '人民调解协议书',
    numbered: false,
    mark: '',
    basis: '《人民调解法》第二十八条、第二十九条、第三十一条',
    layout: 'form',
    to: 'file',
    tags: [
      ruled(need('当事人', '各方当事人的基本情况', 5)),
      ruled(need('纠纷事实', '主要事实、争议事项', 6)),
      ruled(need('协议内容', '各方的责任，协议的内容', 8)),
      ruled(need('履行方式和期限', '由谁在哪天以什么方式向谁履行', 5)),
      ruled(may('各方签名', '签名、盖章或者按指印的人和日期', 3)),
      ruled(may('调解员', '签名的调解员')),
      ruled(may('生效日期', '协议生效的日期')),
      may('范围说明', '部分达成协议的说明'),
    ],
  },
  mediationOral: {
    title: '人民调解口头协议登记表',
    numbered: false,
    mark: '',
    basis: '《人民调解法》第二十八条、第三十条',
    layout: 'form',
    to: 'file',
    tags: [
      need('当事人', '各方当事人', 3),
      need('纠纷事实', '主要事实、争议事项', 5),
      need('协议内容', '口头协议的内容', 6),
      need('履行方式和期限', '由谁在哪天以什么方式向谁履行', 4),
      ruled(may('调解员', '记录的调解员')),
      may('生效日期', '协议达成的日期'),
    ],
  },
  performanceProof: {
    title: '调解协议履行记录',
    numbered: false,
    mark: '',
    basis: '《人民调解法》第三十一条',
    layout: 'form',
    to: 'file',
    tags: [
      need('履行事项', '协议约定的履行', 3),
      need('履行情况', '何时、何种方式、凭证', 6),
      may('约定日期', '协议约定的日期'),
      may('履行方', '由谁履行'),
      may('接受方', '向谁履行'),
      ruled(may('调解员', '记录的调解员')),
    ],
  },
  mediationEnd: {
    title: '终结调解告知书',
    numbered: false,
    mark: '',
    basis: '《人民调解法》第十七条、第二十三条、第二十六条',
    layout: 'form',
    to: 'file',
    tags: [
      ruled(need('当事人', '各方当事人')),
      need('终结原因', '拒绝、退出、没有达成协议等', 3),
      need('其他途径', '告知的仲裁、行政、司法途径', 4),
      may('无争议事实', '双方同意记录的无争议事实', 4),
      may('终结日期', '终结的日期'),
    ],
  },
  mediationFollowUp: {
    title: '人民调解回访记录',
    numbered: false,
    mark: '',
    basis: '《人民调解工作若干规定》第三十七条',
    layout: 'form',
    to: 'file',
    tags: [
      need('回访日期', '回访的日期'),
      need('回访人', '回访的人，不得是承办的调解员'),
      need('履行情况', '协议履行到什么程度', 3),
      need('满意度', '当事人的评价'),
      may('协议编号', '协议书的编号'),
      may('回访内容', '当事人怎么说', 5),
      may('隐患', '还有没有反复、激化的可能', 3),
    ],
  },
  confirmationApplication: {
    title: '司法确认申请书',
    numbered: false,
    mark: '',
    basis: '《人民调解法》第三十三条；《民事诉讼法》第二百零五条',
    layout: 'form',
    to: 'file',
    tags: [
      need('申请方', '双方当事人的基本情况', 6),
      ruled(need('受理法院', '向哪个基层人民法院申请')),
      need('协议内容', '请求确认的协议', 6),
      need('申请事项', '请求确认调解协议有效', 3),
      need('申请期限', '共同申请的最后一天'),
      may('附件', '协议书、身份证明、财产权利证明、送达地址', 3),
    ],
  },
  mediationCover: {
    title: '人民调解卷宗',
    numbered: false,
    mark: '',
    basis: '人民调解文书格式',
    layout: 'form',
    to: 'file',
    tags: [
      need('卷名', '当事人和纠纷'),
      need('年度', '年度'),
      need('纠纷类型', '婚姻家庭、邻里等'),
      may('调解员', '承办的调解员'),
      may('受理日期', '受理的日期'),
      may('调解日期', '达成协议或者终结的日期'),
      may('立卷日期', '立卷的日期'),
      may('立卷人', '立卷的人'),
      may('页数', '本卷共几页'),
      may('保管期限', '保管期限'),
    ],
  },
  mediationIndex: {
    title: '卷内目录',
    numbered: false,
    mark: '',
    basis: '人民调解文书格式',
    layout: 'form',
    to: 'file',
    tags: [tag('目录', '卷内材料（表格行）', { needed: true, rows: ['材料名称', '日期', '页次'] })],
  },
  mediationBack: {
    title: '卷宗备考表',
    numbered: false,
    mark: '',
    basis: '人民调解文书格式',
    layout: 'form',
    to: 'file',
    tags: [
      need('备考', '本卷情况说明', 6),
      may('立卷人', '立卷的人'),
      may('立卷日期', '立卷的日期'),
      may('页数', '本卷共几页'),
    ],
  },
  dutyLetter: {
    title: '矛盾纠纷化解诚信责任书',
    numbered: false,
    mark: '',
    basis: '《人民调解法》第十五条；镇网格服务管理办法',
    layout: 'form',
    to: 'file',
    tags: [
      ruled(need('责任内容', '责任书的全文', 12)),
      ruled(need('签署人', '网格员或者调解员姓名')),
      ruled(may('任期', '起止日期')),
      may('签署情况', '签署的日期、方式、校验值'),
    ],
  },
} as const satisfies Record<string, Entry>

export type DocumentKind = keyof typeof entries
export const documentKinds = Object.keys(entries) as DocumentKind[]
export const isDocumentKind = (text: string): text is DocumentKind => Object.hasOwn(entries, text)

export interface CatalogueEntry extends Entry {
  number: (short: string, year: number, n: number) => string
  /** The names of what is missing; a paper with any is not issued. */
  missing: (data: Pick<PaperData, 'values' | 'rows'>) => string[]
}

/** The papers of this office: title, number, basis, layout, tags, and what must not be missing. */
export const catalogue: Record<DocumentKind, CatalogueEntry> = Object.fromEntries(
  Object.entries(entries as Record<string, Entry>).map(([kind, e]) => [
    kind,
    {
      ...e,
      number: (short, year, n) => documentNumber(short, e.mark, year, n),
      missing: (d) =>
        e.tags
          .filter((t) => t.needed && (t.rows ? d.rows?.[t.name] === undefined : (d.values[t.name] ?? '').trim() === ''))
          .map((t) => t.name),
    } satisfies CatalogueEntry,
  ]),
) as Record<DocumentKind, CatalogueEntry>

/** Papers that are served on the petitioner, and whose service is recorded. */
export const servedKinds = documentKinds.filter((k) => catalogue[k].to === 'petitioner' && k !== 'registrationReceipt')

/** Every tag that a template of this kind may carry. */
export const tagsOf = (kind: DocumentKind): readonly Tag[] => [...catalogue[kind].tags, ...commonTags]
