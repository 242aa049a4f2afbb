import type { Desk } from './desk.ts'
import { area, choice, field, h, select, text } from './dom.ts'
import { filesOf } from './files.ts'
import type { Today } from './routes.ts'

/** A dispute between two sides (矛盾纠纷), for mediation; a petition to the office is registered as a matter. */
interface Side {
  name: string
  phone: string
  claim: string
}
export interface DisputeBody {
  origin: 'application' | 'ownMotion'
  kind: string
  title: string
  facts: string
  villageId: string | null
  gridId: string | null
  sides: [Side, Side]
}

export const emptyDispute = (villages: Today['villages']): DisputeBody => ({
  origin: 'ownMotion',
  kind: '',
  title: '',
  facts: '',
  villageId: villages.length === 1 ? villages[0]!.id : null,
  gridId: null,
  sides: [
    { name: '', phone: '', claim: '' },
    { name: '', phone: '', claim: '' },
  ],
})

export const disputeMissing = (b: DisputeBody): Record<string, string> => {
  const out: Record<string, string> = {}
  if (!b.kind) out.kind = '请选择是哪一类纠纷'
  if (!b.title.trim()) out.title = '请用一句话写明是什么纠纷'
  if (!b.facts.trim()) out.facts = '请写明纠纷的经过'
  for (const [n, s] of b.sides.entries()) if (!s.name.trim()) out[`parties.${n}.name`] = '请填写姓名或名称'
  if (b.sides[0].name.trim() && b.sides[0].name.trim() === b.sides[1].name.trim())
    out['parties.1.name'] = '双方是同一个人'
  return out
}

/** What the register of disputes asks for. */
export const disputeInput = ({ sides, ...b }: DisputeBody) => ({
  ...b,
  parties: sides.map((s, n) => ({ ...s, side: n === 0 ? 'applicant' : 'respondent' })),
})

export const disputeForm = (d: Desk): HTMLElement[] => {
  const b = d.item().body as DisputeBody
  const put = (o: object, more: object) => {
    Object.assign(o, more)
    d.change(b)
  }
  const villages = d.today?.villages ?? []
  const grids = villages.find((v) => v.id === b.villageId)?.grids ?? []
  return [
    h('p', { class: 'muted' }, '双方之间的纠纷，登记后由调解组织征求双方意愿、调解；向镇里提要求的，请登记群众诉求。'),
    choice(
      '怎样知道的',
      b.origin,
      [
        ['ownMotion', '走访排查发现'],
        ['application', '当事人申请调解'],
      ],
      (v) => put(b, { origin: v }),
    ),
    field(
      '哪一类',
      select(b.kind, [['', '请选择'], ...(d.today?.disputeKinds ?? []).map((k) => [k.code, k.name] as const)], (v) =>
        put(b, { kind: v }),
      ),
      { wrong: d.wrong.kind },
    ),
    field(
      '一句话写明是什么纠纷',
      text(b.title, (v) => put(b, { title: v }), { maxlength: 80 }),
      {
        wrong: d.wrong.title,
      },
    ),
    field(
      '经过',
      area(b.facts, (v) => put(b, { facts: v }), { rows: 4, maxlength: 5000 }),
      { wrong: d.wrong.facts },
    ),
    ...b.sides.map((s, n) =>
      h(
        'fieldset',
        { class: 'finding' },
        h('legend', {}, n === 0 ? '一方' : '另一方'),
        field(
          '姓名或名称',
          text(s.name, (v) => put(s, { name: v }), { maxlength: 60 }),
          {
            wrong: d.wrong[`parties.${n}.name`],
          },
        ),
        field(
          '电话',
          text(s.phone, (v) => put(s, { phone: v }), { inputmode: 'tel', maxlength: 30 }),
        ),
        field(
          '怎么说、要求什么',
          area(s.claim, (v) => put(s, { claim: v }), { rows: 2, maxlength: 2000 }),
        ),
      ),
    ),
    field(
      '哪个村',
      select(b.villageId ?? '', [['', '不清楚'], ...villages.map((v) => [v.id, v.name] as const)], (v) => {
        put(b, { villageId: v || null, gridId: null })
        d.again()
      }),
    ),
    ...(grids.length
      ? [
          field(
            '哪个网格',
            select(b.gridId ?? '', [['', '不清楚'], ...grids.map((g) => [g.id, g.name] as const)], (v) =>
              put(b, { gridId: v || null }),
            ),
          ),
        ]
      : []),
    filesOf(d),
  ]
}
