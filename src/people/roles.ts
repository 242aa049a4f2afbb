/** Roles of the office; a staff member's roles follow from the posts held today. */
export const roles = {
  clerk: '信访登记员',
  petitionHead: '信访办主任',
  areaSecretary: '管区书记',
  villageOfficer: '村信访信息员',
  gridWorker: '网格员',
  unitHandler: '站所办经办人',
  leadOfficial: '班子成员',
  townLeader: '党政主要领导',
  mediator: '调解员',
  disciplineLiaison: '纪检联络员',
  auditor: '审计查阅员',
  systemAdmin: '系统管理员',
  securityAdmin: '安全管理员',
  auditAdmin: '审计管理员',
} as const
export type Role = keyof typeof roles

/** The three administrators are exclusive of each other and of case work (三员分立). */
export const administrators = ['systemAdmin', 'securityAdmin', 'auditAdmin'] as const satisfies Role[]

/** Posts that take part in case work; the auditor and the three administrators see no matter. */
export const caseWorkers = [
  'clerk',
  'petitionHead',
  'areaSecretary',
  'villageOfficer',
  'gridWorker',
  'unitHandler',
  'leadOfficial',
  'townLeader',
  'mediator',
  'disciplineLiaison',
] as const satisfies Role[]

/** Who is asking: what the rules need to know of the signed-in person, and nothing else. */
export interface Who {
  townId: string
  staffId: string
  name: string
  /** The post shown beside the name, e.g. 副镇长. */
  post: string
  roles: readonly Role[]
  areaIds: readonly string[]
  villageIds: readonly string[]
  gridIds: readonly string[]
  unitIds: readonly string[]
  /** True when the person heads one of unitIds. */
  headsUnit: boolean
  /** 1 is the highest. */
  rank: number
  /** At the public face: the petitioner of this one matter (null while none is registered yet); absent for the staff. */
  petitionId?: string | null
}

/** Stands where a person of the staff would: a petitioner acts for himself. The trace keeps no id for it. */
export const nobody = '00000000-0000-0000-0000-000000000000'

/** Who of the staff it is, for what is kept of an act; null for whoever is not of the staff. */
export const staffIdOf = (who: Pick<Who, 'staffId'>): string | null => (who.staffId === nobody ? null : who.staffId)

/** Whoever acts without a post in the town: the system, a petitioner, the operator, an organ above. Answers for no place. */
export const outsider = (townId: string, as: Pick<Who, 'name' | 'post' | 'roles'>): Who => ({
  townId,
  staffId: nobody,
  ...as,
  areaIds: [],
  villageIds: [],
  gridIds: [],
  unitIds: [],
  headsUnit: false,
  rank: 99,
})

/** The system itself at work in a town, where a rule asks who acts: with the sight of the head of the office, of no post. */
export const systemOf = (townId: string): Who => outsider(townId, { name: '系统', post: '', roles: ['petitionHead'] })

/** Nobody of the staff: the operator at the command line. */
export const operator = (townId: string): Who => outsider(townId, { name: '命令行', post: '系统', roles: ['clerk'] })

export const is = (who: Who, ...any: Role[]): boolean => any.some((r) => who.roles.includes(r))
