import type { Day } from '../kit/day.ts'
import type { Change } from '../petitions/move.ts'
import type { Matter } from '../petitions/petition.ts'

/** What a dispute tells the petition matters it came from: opened, taken up by consent of all, agreed or ended without, and what came of it. */
export type MatterEvent =
  | 'opened'
  | 'accepted'
  | 'partly'
  | 'agreed'
  | 'restEnded'
  | 'failed'
  | 'breached'
  | 'performed'

type Seen = Pick<Matter, 'state' | 'class' | 'sealed' | 'mediation'>

/** Why no dispute is opened from this matter; null when one may be. */
export const referRefusal = (m: Seen): string | null =>
  m.sealed
    ? '检举控告不适用调解'
    : m.class === 'suggestion'
      ? '建议意见不需要调解'
      : ['closed', 'withdrawn'].includes(m.state)
        ? '事项已经办结，不能再转调解'
        : null

const words: Record<MatterEvent, string> = {
  opened: '转到调解网络，正在征求各方意愿',
  accepted: '各方同意，开始调解',
  partly: '就一部分达成协议，其余争议继续调解',
  agreed: '达成协议',
  restEnded: '其余争议没有达成协议，已达成的部分按协议履行',
  failed: '没有达成协议',
  breached: '协议到期没有履行',
  performed: '协议履行完毕',
}

/**
 * 第三十三条: mediation inside handling is by consent and the matter's own limit runs on. Only a matter being handled changes;
 * one that is not yet, or no longer, keeps the record. Nothing that was said in mediation goes with it.
 */
export const onMatter = (m: Seen, event: MatterEvent, on: Day, number: string, disputeId: string): Change => {
  const says = `调解（${number}）：${words[event]}`
  const here = m.state === 'handling' && m.class === 'claim' && !m.sealed
  const offered = m.mediation === 'offered'
  const running = m.mediation === 'running'
  const effect: Pick<Change, 'set' | 'start' | 'end'> = !here
    ? {}
    : event === 'opened'
      ? running || offered || m.mediation === 'agreed'
        ? {}
        : { set: { mediation: 'offered' } }
      : event === 'accepted'
        ? running || m.mediation === 'agreed'
          ? {}
          : { set: { mediation: 'running' }, start: [{ rule: 'D15', from: on }] }
        : event === 'agreed'
          ? m.mediation === 'agreed'
            ? {}
            : {
                set: { mediation: 'agreed' },
                ...(running ? { end: [{ rule: 'D15', on }] } : {}),
                start: [{ rule: 'D16', from: on }],
              }
          : event === 'restEnded' && running
            ? { set: { mediation: 'agreed' }, end: [{ rule: 'D15', on }] }
            : event === 'failed' && running
              ? { set: { mediation: 'failed' }, end: [{ rule: 'D15', on }] }
              : event === 'failed' && offered
                ? { set: { mediation: 'none' } }
                : {}
  return {
    kind: 'mediation',
    says,
    record: {
      kind: 'mediation',
      onDay: on,
      body: `${says}。内容保存在调解卷宗，信访事项的办理期限照算。`,
      data: { disputeId, event },
    },
    ...effect,
  }
}
