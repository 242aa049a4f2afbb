import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { Invalid, Refused } from '../../kit/errors.ts'
import { text } from '../../kit/text.ts'
import { first, only } from '../guard.ts'
import { type Change, move } from '../move.ts'
import { linkKinds } from '../petition.ts'

export const link = move({
  label: '关联事项',
  input: z.object({ toId: z.uuid('请选择要关联的事项'), kind: codes(linkKinds), note: text(200).default('') }),
  refusal: (m, who) =>
    first(
      only(who, 'clerk', 'petitionHead', 'unitHandler', 'areaSecretary', 'villageOfficer'),
      m.state === 'received' && '请先确认登记',
    ),
  decide: (m, input): Change => {
    if (input.toId === m.id) throw new Invalid('不能关联自己')
    if (m.links.some((l) => l.petitionId === input.toId && l.kind === input.kind)) throw new Refused('已经关联过')
    return {
      kind: 'link',
      says: `关联：${linkKinds[input.kind]}${input.note ? `（${input.note}）` : ''}`,
      data: { toId: input.toId, kind: input.kind },
      set: input.kind === 'repeat' ? { repeat: true, firstTime: false } : {},
      link: input,
    }
  },
})

export const unlink = move({
  label: '解除关联',
  input: z.object({ linkId: z.uuid(), reason: text(200).min(1, '请写明理由') }),
  refusal: (m, who) => first(only(who, 'clerk', 'petitionHead'), m.links.length === 0 && '没有关联的事项'),
  decide: (m, { linkId, reason }): Change => {
    const l = m.links.find((x) => x.id === linkId)
    if (!l) throw new Refused('没有这一关联')
    const stillRepeat = m.links.some((x) => x.id !== linkId && x.kind === 'repeat')
    return {
      kind: 'link',
      says: `解除与 ${l.number} 的关联：${reason}`,
      data: { linkId, kind: l.kind, to: l.petitionId },
      set: l.kind === 'repeat' && !stillRepeat ? { repeat: false, firstTime: true } : {},
      unlink: linkId,
    }
  },
})
