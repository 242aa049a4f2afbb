import type { DisputeKind } from './dispute.ts'

/** Clauses that come up again and again; 〔 〕 is filled in by hand. */
export const clauseLibrary: { key: string; title: string; text: string; kinds?: DisputeKind[] }[] = [
  { key: 'pay', title: '一次付清', text: '〔甲方〕于〔日期〕前一次付给〔乙方〕〔金额大写（￥小写）〕。' },
  {
    key: 'instalments',
    title: '分期付款',
    text: '〔甲方〕分〔几〕期付给〔乙方〕〔金额大写（￥小写）〕，各期日期和金额见履行约定；任何一期逾期的，其余各期一并到期。',
  },
  {
    key: 'boundary',
    title: '划定界线',
    text: '双方以〔界址〕为界，各自使用，任何一方不得越界建房、种植、堆放。',
    kinds: ['neighbour', 'homestead', 'land'],
  },
  {
    key: 'remove',
    title: '清除、恢复',
    text: '〔甲方〕于〔日期〕前清除〔物〕，恢复原状，费用由〔甲方〕负担。',
    kinds: ['neighbour', 'homestead', 'land', 'pollution'],
  },
  {
    key: 'passage',
    title: '通行、排水',
    text: '〔甲方〕允许〔乙方〕经〔位置〕通行（排水），〔乙方〕不得扩大使用，造成损害的予以赔偿。',
    kinds: ['neighbour', 'homestead'],
  },
  {
    key: 'support',
    title: '赡养',
    text: '各子女每月〔日〕前各付给〔父母〕赡养费〔金额大写（￥小写）〕，生病的医疗费按〔办法〕分担，并经常看望。',
    kinds: ['family'],
  },
  {
    key: 'wages',
    title: '支付工资',
    text: '〔用人单位〕于〔日期〕前付清〔劳动者〕〔起止〕的工资〔金额大写（￥小写）〕。',
    kinds: ['labour', 'contract'],
  },
  {
    key: 'medical',
    title: '医疗费等赔偿',
    text: '〔甲方〕赔偿〔乙方〕医疗费、误工费等共〔金额大写（￥小写）〕，于〔日期〕前付清。',
    kinds: ['damage', 'traffic', 'medical'],
  },
  { key: 'apology', title: '赔礼道歉', text: '〔甲方〕当面向〔乙方〕赔礼道歉。' },
  { key: 'settled', title: '一次了结', text: '以上履行完毕后，双方就本纠纷再无其他争议。' },
  { key: 'costs', title: '不收费用', text: '本次调解不收取任何费用。' },
]

/**
 * What an agreement may not contain, by its own words. The words give a warning a person reads; these few are refused outright:
 * no private agreement settles status, criminal liability, or another's right, and none is the price of withdrawing a petition.
 */
const unlawful: { test: RegExp; says: string }[] = [
  {
    test: /(?:不再|不得|不能|不许|不准|放弃|保证不|承诺不|永不|绝不|决不|今后不|以后不)[^。；，可]{0,12}(?:信访|上访|反映问题|举报|检举|控告|投诉|报案|报警|告状|起诉|诉讼|打官司|申诉|仲裁|复议)|不(?:上访|信访|举报|报警|告状|起诉)/,
    says: '协议不得限制当事人信访、举报、报警、起诉的权利',
  },
  {
    test: /(撤回|撤销|撤掉)[^。；]{0,8}(信访|举报|检举|控告|报案|投诉)|息访|息诉/,
    says: '不能以撤回信访、举报、报案作为履行的条件',
  },
  { test: /(不追究|免除|放弃追究|私了)[^。；]{0,8}刑事责任/, says: '刑事责任不能由调解协议处分' },
  {
    test: /(解除|终止|恢复|确认)[^。；]{0,6}(婚姻关系|收养关系|亲子关系|父子关系|母子关系)/,
    says: '身份关系不能由调解协议确认或者解除，请到有权机关办理',
  },
  { test: /(买卖|转让)[^。；]{0,8}(宅基地|耕地)[^。；]{0,4}(所有权)/, says: '土地所有权不能由当事人处分' },
  {
    test: /(罚款|拘禁|关押|体罚|扣押身份证|限制[^。；]{0,4}(人身自由|出门|外出))/,
    says: '调解协议不得约定处罚、限制人身自由',
  },
  {
    test: /(保密费|封口费|赌债|高利贷|代孕|彩礼换)/,
    says: '赌债、高利贷等不受法律保护，不能写进协议',
  },
  { test: /断绝[^。；]{0,6}关系/, says: '协议不得违背公序良俗' },
]
/** The sentence of what may not stand in an agreement; null when nothing of the kind is found. A person still reads it. */
export const unlawfulIn = (words: string): string | null => unlawful.find((u) => u.test.test(words))?.says ?? null
