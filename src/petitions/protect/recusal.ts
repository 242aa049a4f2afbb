import { surnames } from '../../kit/chinese.ts'
import { codes } from '../../kit/choice.ts'
import type { Day } from '../../kit/day.ts'
import { is, type Role, type Who } from '../../people/roles.ts'
import type { Matter } from '../petition.ts'

/** 第二十八条第三款：与信访事项或者信访人有直接利害关系的应当回避. */
export const recusalGrounds = {
  self: '本人就是信访人',
  kin: '是信访人的近亲属',
  accused: '所反映的内容涉及本人',
  kinAccused: '所反映的内容涉及其近亲属',
  unit: '所反映的是其所在单位',
  formerHandler: '原承办、审核或签发人参加重新办理',
  interest: '与事项有其他利害关系',
  other: '其他可能影响公正处理的情形',
} as const
export type RecusalGround = keyof typeof recusalGrounds
export const Ground = codes(recusalGrounds)

export const recusalSources = { declared: '本人申报', asked: '信访人申请', found: '系统发现' } as const
export const recusalStatuses = { open: '待决定', upheld: '应当回避', refused: '不予回避' } as const

export interface Recusal {
  id: string
  petitionId: string
  staffId: string
  source: keyof typeof recusalSources
  ground: RecusalGround
  detail: string
  byName: string
  onDay: Day
  status: keyof typeof recusalStatuses
  decidedName: string
  decidedOn: Day | null
  reason: string
}

/** A member of staff as the search for conflicts sees one. */
export interface Colleague {
  id: string
  name: string
  kin: readonly string[]
  roles: readonly Role[]
}

export interface Conflict {
  staffId: string
  ground: RecusalGround
  detail: string
  /** Hidden from the person at once, until it is decided; otherwise the person only may not act. */
  atOnce: boolean
}

/** Near the petitioner in daily life: they learn nothing of a matter that names them, not even for a day. */
const near: readonly Role[] = ['villageOfficer', 'gridWorker', 'areaSecretary', 'unitHandler', 'mediator']

/**
 * Conflicts of interest that the words themselves show: the petitioner is the official or kin as declared, the text names the official
 * or such kin. A name may be a namesake's, so a person decides; until then nobody so named acts.
 */
export const conflictsIn = (m: { names: readonly string[]; text: string }, staff: readonly Colleague[]): Conflict[] =>
  staff.flatMap((s): Conflict[] => {
    const kinPetitioner = s.kin.filter((k) => k.length >= 2 && m.names.includes(k))
    const kinNamed = s.kin.filter((k) => k.length >= 2 && m.text.includes(k) && !kinPetitioner.includes(k))
    return [
      ...(m.names.includes(s.name)
        ? [{ staffId: s.id, ground: 'self' as const, detail: '信访人与其同名', atOnce: true }]
        : []),
      ...(kinPetitioner.length
        ? [{ staffId: s.id, ground: 'kin' as const, detail: '信访人与其申报的近亲属同名', atOnce: true }]
        : []),
      ...(s.name.length >= 2 && m.text.includes(s.name) && !m.names.includes(s.name)
        ? [
            {
              staffId: s.id,
              ground: 'accused' as const,
              detail: '所反映的内容提到其姓名',
              atOnce: s.roles.some((r) => near.includes(r)),
            },
          ]
        : []),
      ...(kinNamed.length
        ? [
            {
              staffId: s.id,
              ground: 'kinAccused' as const,
              detail: '所反映的内容提到其申报的近亲属',
              atOnce: s.roles.some((r) => near.includes(r)),
            },
          ]
        : []),
    ]
  })

/** In a new round, whoever drafted, checked or signed the former opinion does not take part again. */
export const formerHandlers = (former: readonly string[], named: readonly string[]): Conflict[] =>
  [...new Set(named)]
    .filter((id) => former.includes(id))
    .map((staffId) => ({ staffId, ground: 'formerHandler', detail: '参加过前一轮办理、审核或签发', atOnce: false }))

/** 省条例第十七条：由信访办主任决定；涉及主任的由本机关负责人决定. Why this person may not decide; null when they may. */
export const decideRefusal = (
  r: Pick<Recusal, 'staffId' | 'status'>,
  concerned: readonly Role[],
  who: Who,
): string | null => {
  if (r.status !== 'open') return `这一回避已经决定：${recusalStatuses[r.status]}`
  if (r.staffId === who.staffId) return '不能决定自己的回避'
  const head = concerned.includes('petitionHead') || concerned.includes('townLeader')
  if (head) return is(who, 'townLeader') ? null : '涉及信访办主任或党政主要领导的，由（另一名）党政主要领导决定'
  return is(who, 'petitionHead') ? null : '由信访办主任决定'
}

/** Posts of others that end in the same word: 村主任, 妇女主任, 副主任, 班主任, 综治办主任. */
const others =
  /(?:副|村|居|社区|妇女|妇联|民兵|治保|调解|教导|班|组|会|委|联|所|站|科|处|局|院|校|厂|中心|公司|单位|车间|(?<!信访)部门|[^信访镇乡县区府里们贵]办|(?:党|政|府|大|治|政府|应急|建设|振兴|发展|管理|服务|执法|生态|事务|工作)办公室)$/
/** What may stand before a title that names no one else: 要求主任, 请主任, 你们主任, 这个主任. */
const plain = /(?:求|请|让|由|叫|找|对|换|把|和|与|跟|或|及|向|给|被|是|的|里|们|个|位|该|贵|于|信访)$/

/** Whether the words speak of the petition head by the title of the post alone, 主任, as people here call the head. */
const namesHead = (words: string, p: { name: string; post: string }): boolean => {
  // Who heads it beside a higher post (副镇长) is called by the title that goes with the work.
  const title = /(?:(?<!副)主任|站长|局长|科长)$/.exec(p.post)?.[0] ?? (/副主任$/.test(p.post) ? null : '主任')
  if (title === null) return false
  return words
    .split(title)
    .slice(0, -1)
    .some((piece) => {
      const before = piece.replace(/\s+$/, '').replace(/(?:里|上)?的$|[这那](?:个|位)$/, '')
      if (/信访(?:办公室|办|局|站|科|中心|部门|室)$/.test(before)) return true
      if (others.test(before)) return false
      const last = before.at(-1) ?? ''
      return last === p.name[0] || plain.test(before) || last === '' || !surnames.includes(last)
    })
}

/** Whether words that ask for somebody else speak of this person: by name, by post, as the one who handles it or who heads the office. */
export const aimedAt = (
  words: string,
  p: { name: string; post: string; roles: readonly Role[]; handles: boolean },
): boolean =>
  (p.name.length >= 2 && words.includes(p.name)) ||
  (p.post.length >= 3 && words.includes(p.post)) ||
  (p.roles.includes('petitionHead') && namesHead(words, p)) ||
  (p.handles && /承办人|经办人|主办人/.test(words))

/**
 * Who reads why a recusal is asked for, the petitioner's own words above all: whoever declared it, who writes it down and who decides;
 * never the person it is aimed at, who learns of the decision and speaks when asked. The one rule for words, list and timeline.
 */
export const readsRecusal = (
  who: Who,
  r: { staffIds: readonly string[]; source: Recusal['source']; mainHandlerId: string | null; words?: string },
): boolean => {
  const me = r.staffIds.includes(who.staffId)
  if (r.source === 'declared') return me || is(who, 'clerk', 'petitionHead', 'townLeader')
  if (me || aimedAt(r.words ?? '', { ...who, handles: false })) return false
  if (is(who, 'petitionHead', 'townLeader')) return true
  return is(who, 'clerk') && r.mainHandlerId !== who.staffId
}

/** What the timeline says of recusals to somebody who doesn't read their grounds: that it happened, not why. */
export const recusalSaid = (says: string): string => says.split(/[：，]/)[0]!

/** Places on the matter that a person may hold; when the person steps aside they pass to another by name. */
export const places = {
  holderId: '当前持有',
  mainHandlerId: '主办人',
  leadOfficialId: '包案领导',
  areaOwnerId: '管区责任人',
  villageOwnerId: '村责任人',
  signerId: '签发人',
  approverId: '延期审批人',
} as const
export type PlaceKey = keyof typeof places
export const placesHeld = (m: Pick<Matter, PlaceKey>, staffId: string): PlaceKey[] =>
  (Object.keys(places) as PlaceKey[]).filter((k) => m[k] === staffId)

/** The staff whom a change newly names on the matter. */
export const namedBy = (change: { set?: Partial<Pick<Matter, PlaceKey>> }): string[] =>
  (Object.keys(places) as PlaceKey[]).filter((k) => k !== 'holderId').flatMap((k) => change.set?.[k] ?? [])

/** While a recusal is open the person concerned does nothing on the matter, and it is not accepted (T8). */
export const heldByRecusal = (open: readonly string[], who: Who, move: string): string | null =>
  open.includes(who.staffId)
    ? '您的回避还没有决定，决定之前不能办理这件事项'
    : open.length > 0 && move === 'accept'
      ? '还有回避没有决定，请先决定回避再受理（第二十八条）'
      : null
