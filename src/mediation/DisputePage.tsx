import { useQuery } from '@tanstack/react-query'
import { Button, Dropdown } from 'antd'
import { useState } from 'react'
import { useParams } from 'react-router'
import { PageHead, Panel, Sentence, usePhone, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { useMe } from '../people/me.ts'
import { clockWords } from '../petitions/clocks.ts'
import { disputeKinds, states } from './dispute/dispute.ts'
import type { DisputeViewOut } from './dispute/view.query.ts'
import { reportLevels } from './numbers.ts'
import { mediationRoutes as r } from './routes.ts'
import { AgreementForm } from './ui/AgreementForm.tsx'
import { Facts, FileView } from './ui/FileView.tsx'
import { type DisputeFile, stepGroups } from './ui/forms.ts'
import { MoveForm } from './ui/MoveForm.tsx'
import './ui/mediation.css'

type Move = DisputeViewOut['moves'][number]

function Actions({ v, start }: { v: DisputeViewOut; start: (m: Move) => void }) {
  const can = v.moves.filter((m) => m.refusal === null)
  const next = can.find((m) => m.primary)
  const rest = can.filter((m) => m !== next)
  if (can.length === 0)
    return (
      <div className="hs-actions">
        <span className="hs-muted">您现在没有要办的。</span>
      </div>
    )
  return (
    <div className="hs-actions">
      {next && (
        <Button type="primary" onClick={() => start(next)}>
          {next.label}
        </Button>
      )}
      {rest.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: stepGroups.flatMap(({ name, steps }) => {
              const children = rest.filter((m) => steps.includes(m.name)).map((m) => ({ key: m.name, label: m.label }))
              return children.length ? [{ type: 'group' as const, key: name, label: name, children }] : []
            }),
            // Many while a dispute is being mediated; there is always room for this much above or below the button.
            style: { maxHeight: '45vh', overflowY: 'auto' },
            onClick: ({ key }) => start(rest.find((m) => m.name === key)!),
          }}
        >
          <Button>其他操作</Button>
        </Dropdown>
      )}
    </div>
  )
}

/** One dispute; whoever does not handle it sees where it stands and nobody's words. */
export default function DisputePage() {
  const { id = '' } = useParams()
  const me = useMe()
  const phone = usePhone()
  const [move, setMove] = useState<Move | null>(null)
  const q = useQuery({ queryKey: ['dispute', id], queryFn: () => call(r.dispute, { params: { id } }) })
  const v = q.data
  if (!v)
    return (
      <>
        <PageHead title="纠纷" />
        <Sentence error={q.error} retry={() => void q.refetch()} />
        {!q.error && <Waiting />}
      </>
    )
  const file = v.file
  const blank = {
    rest: null,
    parties: [],
    candidates: [],
    below: [],
    performances: [],
    agreements: [],
    mediatorIds: [],
  } as unknown as DisputeFile
  const given = { id: v.id, version: v.version, file: file ?? blank }
  return (
    <>
      <PageHead title={file?.title ?? `${disputeKinds[v.kind]}纠纷`}>
        <span className="hs-tag">{states[v.state]}</span>
        {v.rest === 'open' && <span className="hs-tag">部分已达成</span>}
        {file?.records.some((x) => x.kind === 'danger') && <span className="hs-tag hs-red">报告过危险</span>}
      </PageHead>
      <div className={phone ? 'hs-dispute hs-one' : 'hs-dispute'}>
        <div>
          <Panel label="进展">
            <Facts
              items={[
                ['卷宗号', v.number],
                ['登记号', v.code],
                ['类型', disputeKinds[v.kind]],
                ['当事人', v.partyNames.join('、')],
                ['由谁调解', `${v.station}（${reportLevels[v.level]}）`],
                ['调解员', v.mediators],
                ['登记', `${v.registeredOn} ${v.registeredName}`],
                ['受理', v.acceptedOn],
                [
                  '调解期限',
                  v.dueOn && (!v.effectiveOn || v.rest === 'open') && !v.endedOn
                    ? `${v.dueOn}（${clockWords(v.dueOn, me.today)}）`
                    : '',
                ],
                ['约定调解', v.nextOn],
                ['协议生效', v.effectiveOn],
                ['履行完毕', v.performedOn],
                ['结束', v.endedOn],
                ['移交', v.path.map((p) => `${p.on} 自${p.name}移出`).join('；')],
              ]}
            />
            <Actions v={v} start={setMove} />
          </Panel>
          {!file && (
            <p className="hs-note">
              您看得到这件纠纷办到哪一步。当事人说的话只给承办的调解员和本站主任看（人民调解法第十五条）。
            </p>
          )}
        </div>
        {file && (
          <div>
            <FileView v={v} file={file} />
          </div>
        )}
      </div>
      {move &&
        (move.name === 'draftAgreement' ? (
          <AgreementForm dispute={given} onClose={() => setMove(null)} />
        ) : (
          <MoveForm key={move.name} dispute={given} move={move} onClose={() => setMove(null)} />
        ))}
    </>
  )
}
