/** The invented township of the demo: places, posts and people are fiction; the figures are the article's. */

/** The day on which tests and pictures look at the demo township. */
export const demoDay = '2026-11-24'
export const demoPassword = 'Huisheng2026'

export const town = {
  code: '990101101000',
  name: '示范镇',
  shortName: '示',
  superiorName: '示范县人民政府',
}

export const areas = ['城东管区', '城西管区', '河北管区', '岭南管区', '湖滨管区']

/** 43 villages: 9 + 9 + 9 + 8 + 8. */
export const villages: Record<string, string[]> = {
  城东管区: ['东柳庄', '前刘官庄', '后刘官庄', '东河庄', '东石峪', '槐树底', '南石峪', '大官屯', '小官屯'],
  城西管区: ['西王村', '西柳庄', '石门子', '杨家洼', '前韩庄', '后韩庄', '西沟峪', '白马庙', '双泉村'],
  河北管区: ['北河村', '河北崖', '孟家滩', '上泉官庄', '下泉官庄', '张家渡', '柳林头', '桥子村', '望河楼'],
  岭南管区: ['下岭村', '上岭村', '南崖头', '黄崖口', '梨行村', '石岭子', '松树岭', '岭后村'],
  湖滨管区: ['湖滨村', '下林村', '上林村', '鱼池村', '莲花湾', '东湖崖', '西湖崖', '水磨头'],
}

/** Grids per village: two each and a third in 23 of them, 109 in all. */
export const gridsOf = (index: number): number => (index < 23 ? 3 : 2)

export const units = [
  '信访办',
  '自然资源所',
  '农业农村办',
  '民政办',
  '综合执法办',
  '人社所',
  '水利站',
  '财政所',
  '村镇建设办',
  '司法所',
  '退役军人站',
  '卫健办',
] as const

export interface PostSeed {
  username: string
  post: string
  role: string
  rank: number
  unit?: string
  area?: string
  heads?: boolean
}

/** The team of leaders and the office; area, village and grid posts are made from the places. */
export const posts: PostSeed[] = [
  { username: 'shuji', post: '党委书记', role: 'townLeader', rank: 1 },
  { username: 'zhenzhang', post: '镇长', role: 'townLeader', rank: 2 },
  { username: 'renda', post: '人大主席', role: 'leadOfficial', rank: 3 },
  { username: 'fushuji', post: '党委副书记', role: 'leadOfficial', rank: 4 },
  { username: 'zuzhi', post: '组织委员', role: 'leadOfficial', rank: 6 },
  { username: 'xuanchuan', post: '宣传委员', role: 'leadOfficial', rank: 6 },
  { username: 'fuzhen1', post: '副镇长（分管自然资源）', role: 'leadOfficial', rank: 7 },
  { username: 'fuzhen2', post: '副镇长（分管农业农村）', role: 'leadOfficial', rank: 7 },
  { username: 'fuzhen3', post: '副镇长（分管民政社保）', role: 'leadOfficial', rank: 7 },
  { username: 'jijian', post: '纪委副书记（信访联络）', role: 'disciplineLiaison', rank: 8 },
  { username: 'zhuren', post: '信访办主任', role: 'petitionHead', rank: 10, unit: '信访办', heads: true },
  { username: 'chuangkou', post: '信访窗口登记员', role: 'clerk', rank: 20, unit: '信访办' },
  { username: 'chuangkou2', post: '信访窗口登记员', role: 'clerk', rank: 20, unit: '信访办' },
  { username: 'tiaojie', post: '镇调解中心调解员', role: 'mediator', rank: 20, unit: '司法所' },
  { username: 'shenji', post: '审计查阅员', role: 'auditor', rank: 20 },
  { username: 'xitong', post: '系统管理员', role: 'systemAdmin', rank: 30 },
  { username: 'anquan', post: '安全管理员', role: 'securityAdmin', rank: 30 },
  { username: 'sjgl', post: '审计管理员', role: 'auditAdmin', rank: 30 },
]

const surnames = [
  ...'赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳',
]
const given = [
  '才',
  '桂兰',
  '志强',
  '文素',
  '福龙',
  '凤梅',
  '建国',
  '秀英',
  '长河',
  '春志',
  '守义',
  '素珍',
  '德海',
  '玉兰',
  '庆林',
  '淑芬',
  '永山',
  '喜凤',
  '传家',
  '金花',
  '立新',
  '桂荣',
  '明远',
  '秋菊',
  '绍平',
  '月琴',
  '宝忠',
  '兰英',
  '继先',
  '翠莲',
  '士杰',
  '红梅',
]

/** The n-th invented name; distinct for the first two thousand. */
export const personName = (n: number): string =>
  `${surnames[(n * 7 + Math.floor(n / given.length)) % surnames.length]}${given[n % given.length]}`
/** An invented telephone: the 1xx 0000 xxxx shape belongs to nobody. */
export const phoneOf = (n: number): string => `1${30 + (n % 60)}0000${String(1000 + ((n * 37) % 9000))}`
