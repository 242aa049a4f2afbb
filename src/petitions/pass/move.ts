import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { Invalid } from '../../kit/errors.ts'
import { needed } from '../../kit/text.ts'
import { is, type Who } from '../../people/roles.ts'
import { first, inState, notClosed } from '../guard.ts'
import { type Change, move } from '../move.ts'
import { contactWays, DayText, type Level, levels, type Matter, type Pass } from '../petition.ts'
import { downRefusal, fresh, standsAt } from './pass.ts'
import { upReasons } from './words.ts'

/** Who takes it, found by the store from the posts held today. */
const Taker = z.object({
  level: codes(levels),
  staffId: z.uuid(),
  name: z.string(),
  post: z.string(),
  notes: z.array(z.string()),
  forId: z.uuid().optional(),
})

const inHand = (m: Matter, who: Who): boolean =>
  m.holderId === who.staffId ||
  is(who, 'clerk', 'petitionHead') ||
  (fresh(m) && m.registeredBy === who.staffId) ||
  (is(who, 'areaSecretary') &&
    m.areaId !== null &&
    who.areaIds.includes(m.areaId) &&
    ['village', 'area'].includes(standsAt(m))) ||
  (is(who, 'villageOfficer') &&
    m.villageId !== null &&
    who.villageIds.includes(m.villageId) &&
    standsAt(m) === 'village') ||
  (is(who, 'unitHandler') &&
    who.headsUnit &&
    m.mainUnitId !== null &&
    who.unitIds.includes(m.mainUnitId) &&
    standsAt(m) === 'unit')

/** Before a unit handles it, and while it does; once the answer is being signed it goes its own way. */
const movable = (m: Matter) => inState(m, 'received', 'registered', 'accepted', 'handling')

const passed = (
  m: Matter,
  who: Who,
  given: { to: Level; taker: z.infer<typeof Taker> | null; reason: string; dueOn: Pass['dueOn'] },
  on: Pass['on'],
  word: string,
): Change => {
  const { taker } = given
  if (!taker) throw new Invalid('全镇没有在任的人可以接收，请先在“人员与地点”里任命', { to: '没有人可以接收' })
  if (taker.staffId === m.holderId) throw new Invalid(`${taker.name}已经在办这件事项`, { to: '请另选' })
  const stoodIn = taker.notes.join('，')
  const pass: Pass = {
    on,
    from: standsAt(m),
    to: taker.level,
    by: who.name,
    toId: taker.staffId,
    toName: taker.name,
    reason: given.reason,
    dueOn: given.dueOn,
    stoodIn,
    forId: taker.forId ?? null,
  }
  const says = `由${levels[pass.from]}${word}${levels[given.to]}${taker.post}${taker.name}：${given.reason}${given.dueOn ? `，${given.dueOn} 前` : ''}${stoodIn ? `（${stoodIn}）` : ''}`
  const also = m.registeredBy && ![taker.staffId, who.staffId].includes(m.registeredBy) ? [m.registeredBy] : []
  return {
    kind: 'pass',
    says,
    data: { from: pass.from, to: given.to, level: taker.level },
    set: {
      holderId: taker.staffId,
      passes: [...m.passes, pass],
      ...(taker.level === 'area' ? { areaOwnerId: taker.staffId } : {}),
      ...(taker.level === 'village' ? { villageOwnerId: taker.staffId } : {}),
    },
    tell: [
      { staffId: taker.staffId, says: `${m.number} ${m.title}：${says}`, kind: 'pass' },
      ...also.map((staffId) => ({ staffId, says: `您登记的 ${m.number} ${says}`, kind: 'pass' })),
    ],
  }
}

/** 上报: to the area or the office, with the reason; a unit gives back to the office what is to go elsewhere. */
const passUp = move({
  label: '上报',
  input: z.object({
    to: z.enum(['area', 'town'], { error: '请选择报到哪一级' }),
    why: codes(upReasons),
    reason: needed(500, '请写明本级做了什么、为什么上报'),
    taker: Taker.nullish().transform((v) => v ?? null),
  }),
  refusal: (m, who) =>
    first(
      notClosed(m),
      movable(m),
      standsAt(m) === 'town' && '此件已经在镇信访办',
      !inHand(m, who) && '由手上有此件的人上报',
    ),
  decide: (m, input, who, today): Change => {
    const from = standsAt(m)
    if (input.to === 'area' && from !== 'village') throw new Invalid('只能往上一级报', { to: '请选择镇信访办' })
    if (input.to === 'area' && m.areaId === null) throw new Invalid('此件没有登记管区', { to: '请选择镇信访办' })
    return passed(
      m,
      who,
      { to: input.to, taker: input.taker, reason: `${upReasons[input.why]}，${input.reason}`, dueOn: null },
      today,
      '报',
    )
  },
})

/** 交回: down to where it can be settled, with what is to be done and by when. */
const passDown = move({
  label: '交回下级',
  input: z.object({
    to: z.enum(['area', 'village', 'unit'], { error: '请选择交给哪一级' }),
    reason: needed(500, '请写明交回的理由、要办什么'),
    dueOn: DayText,
    taker: Taker.nullish().transform((v) => v ?? null),
  }),
  refusal: (m, who) =>
    first(
      notClosed(m),
      movable(m),
      fresh(m) && '还没有人接手，请先确认登记',
      standsAt(m) === 'village' && '此件已经在村里',
      standsAt(m) === 'unit' && '此件由承办单位办理，交回镇信访办请上报',
      !inHand(m, who) && !is(who, 'townLeader') && '由手上有此件的人交回',
    ),
  decide: (m, input, who, today): Change => {
    if (input.dueOn < today) throw new Invalid('期限不能早于今天', { dueOn: '不能早于今天' })
    if (m.nextDueOn && m.nextDueOn >= today && input.dueOn > m.nextDueOn)
      throw new Invalid(`期限不能晚于法定期限 ${m.nextDueOn}`, { dueOn: `不能晚于 ${m.nextDueOn}` })
    const no = downRefusal(m, input.to)
    if (no) throw new Invalid(no, { to: no })
    return passed(m, who, { ...input }, today, '交')
  },
})

/** 回声: the outcome told to the petitioner by the one who first reported it. */
const tellBack = move({
  label: '已告知信访人',
  input: z.object({
    onDay: DayText,
    way: codes(contactWays),
    body: needed(500, '请写明告知了什么、对方怎么说'),
  }),
  refusal: (m, who) =>
    first(
      m.echo === null && '还没有需要告知的结果',
      m.echo?.doneOn && '已经告知过了',
      m.echo?.ownerId !== who.staffId &&
        m.registeredBy !== who.staffId &&
        !is(who, 'clerk', 'petitionHead') &&
        '由首先上报的人告知',
    ),
  decide: (m, input, who, today): Change => {
    if (input.onDay > today) throw new Invalid('日期不能晚于今天', { onDay: '不能晚于今天' })
    if (input.onDay < m.receivedOn) throw new Invalid('日期不能早于收到日期', { onDay: '不能早于收到日期' })
    const body = `告知结果（${m.echo!.what}）：${input.body}`
    return {
      kind: 'pass',
      says: `${who.name}${contactWays[input.way]}${body}`,
      standsStill: true,
      record: {
        kind: 'contact',
        onDay: input.onDay,
        body,
        data: { way: input.way, whom: '信访人', heard: true, echo: true },
      },
      set: {
        echo: { ...m.echo!, doneOn: input.onDay },
        lastContactOn: m.lastContactOn && m.lastContactOn > input.onDay ? m.lastContactOn : input.onDay,
      },
    }
  },
})

export const passMoves = { passUp, passDown, tellBack }
