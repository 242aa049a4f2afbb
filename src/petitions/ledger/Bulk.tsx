import { useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Checkbox, Input, Modal } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { Sentence } from '../../kit/ui/bits.tsx'
import { call, Failure } from '../../kit/ui/call.ts'
import { newRequestId, useDraft } from '../../kit/ui/draft.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { has, useMe, usePlaces } from '../../people/me.ts'
import { StaffPicker, UnitPicker } from '../../people/pickers.tsx'
import { type LedgerRow, petitionRoutes } from '../routes.ts'
import { batches, ownersOf } from './bulk.ts'

export type BulkKind = 'assign' | 'remind' | 'nameLead' | 'reassign'
const titles: Record<BulkKind, string> = {
  assign: '交办到人',
  remind: '提醒经办人',
  nameLead: '确定包案领导',
  reassign: '调整责任人',
}

interface Result {
  done: number
  refused: { id: string; number: string; sentence: string }[]
}

const empty = {
  says: '',
  reason: '',
  note: '',
  leadOfficialId: null as string | null,
  mainUnitId: null as string | null,
  mainHandlerId: null as string | null,
  areaOwnerId: null as string | null,
  villageOwnerId: null as string | null,
  own: true,
}

/** One step for many matters at once; each is judged by itself, and the answer says which were refused and why. */
export function BulkDialog({
  kind,
  rows,
  onClose,
  onDone,
}: {
  kind: BulkKind
  rows: LedgerRow[]
  onClose: () => void
  onDone: (refused: string[]) => void
}) {
  const places = usePlaces()
  const client = useQueryClient()
  const draft = useDraft(`bulk:${kind}`, empty)
  const v = draft.value
  const put = (more: Partial<typeof empty>) => draft.set((now) => ({ ...now, ...more }))
  const [busy, setBusy] = useState(0)
  const [error, setError] = useState<unknown>(null)
  const [result, setResult] = useState<Result | null>(null)
  // The same ids on a retry: what was done is not done twice.
  const ids = useRef(new Map<string, string>())
  const nameOf = (id: string | null) => places.staff.find((s) => s.id === id)?.name ?? ''
  const unitOf = (id: string | null) => places.units.find((u) => u.id === id)?.name ?? ''
  const wrong = error instanceof Failure ? error.fields : {}
  const lacks =
    kind === 'remind'
      ? !v.says.trim()
      : kind === 'nameLead'
        ? !v.leadOfficialId
        : kind === 'assign'
          ? !v.mainUnitId || !v.mainHandlerId
          : !v.reason.trim() || !(v.mainUnitId || v.mainHandlerId || v.areaOwnerId || v.villageOwnerId)

  const inputFor = (
    row: LedgerRow,
  ): { move: 'assignHandler' | 'reassign' | 'remind' | 'nameLead'; input: Record<string, unknown> } => {
    if (kind === 'remind') return { move: 'remind', input: { says: v.says.trim() } }
    if (kind === 'nameLead')
      return {
        move: 'nameLead',
        input: { leadOfficialId: v.leadOfficialId, names: nameOf(v.leadOfficialId), note: v.note.trim() },
      }
    const named = [unitOf(v.mainUnitId), nameOf(v.mainHandlerId)].filter(Boolean).join(' ')
    if (kind === 'reassign') {
      const set = Object.fromEntries(
        Object.entries({
          mainUnitId: v.mainUnitId,
          mainHandlerId: v.mainHandlerId,
          areaOwnerId: v.areaOwnerId,
          villageOwnerId: v.villageOwnerId,
        }).filter(([, x]) => x),
      )
      return {
        move: 'reassign',
        input: {
          ...set,
          reason: v.reason.trim(),
          names: [named, nameOf(v.areaOwnerId), nameOf(v.villageOwnerId)].filter(Boolean).join('，'),
        },
      }
    }
    const owners = v.own
      ? ownersOf(row, places)
      : {
          areaOwnerId: v.areaOwnerId,
          villageOwnerId: v.villageOwnerId,
          names: [nameOf(v.areaOwnerId), nameOf(v.villageOwnerId)].filter(Boolean).join('，'),
        }
    return {
      move: 'assignHandler',
      input: {
        mainUnitId: v.mainUnitId,
        mainHandlerId: v.mainHandlerId,
        areaOwnerId: owners.areaOwnerId,
        villageOwnerId: owners.villageOwnerId,
        note: v.note.trim(),
        names: [named, owners.names].filter(Boolean).join('，'),
      },
    }
  }

  const run = async () => {
    setError(null)
    const all: Result = { done: 0, refused: [] }
    try {
      for (const b of batches(rows, inputFor)) {
        const key = JSON.stringify([b.with, b.items.map((i) => i.id)])
        if (!ids.current.has(key)) ids.current.set(key, newRequestId())
        setBusy(all.done + all.refused.length + 1)
        const answer = await call(petitionRoutes.bulk, {
          params: { move: b.with.move },
          body: { requestId: ids.current.get(key)!, items: b.items, input: b.with.input },
        })
        all.done += answer.done
        all.refused.push(...answer.refused)
      }
      // What was refused stays chosen, and what was filled in for it too.
      if (all.refused.length === 0) draft.clear()
      setResult(all)
      void client.invalidateQueries({ queryKey: ['petitions'] })
    } catch (e) {
      setError(e)
    } finally {
      setBusy(0)
    }
  }

  if (result)
    return (
      <Modal
        open
        title={titles[kind]}
        onCancel={() => onDone(result.refused.map((r) => r.id))}
        footer={
          <Button type="primary" onClick={() => onDone(result.refused.map((r) => r.id))}>
            知道了
          </Button>
        }
      >
        <p role="status">
          办成 {result.done} 件{result.refused.length > 0 && `，${result.refused.length} 件没有办成（仍选中）：`}
        </p>
        {result.refused.length > 0 && (
          <div className="hs-scroll" style={{ maxHeight: 320, marginTop: 8 }}>
            <table className="hs-table">
              <tbody>
                {result.refused.map((r) => (
                  <tr key={r.id}>
                    <th scope="row" className="hs-unbroken">
                      {r.number || rows.find((x) => x.id === r.id)?.number}
                    </th>
                    <td>{r.sentence}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Modal>
    )

  return (
    <Modal
      open
      title={`${titles[kind]}（${rows.length} 件）`}
      okText={`${titles[kind]} ${rows.length} 件`}
      cancelText="取消"
      onCancel={onClose}
      onOk={run}
      confirmLoading={busy > 0}
      okButtonProps={{ disabled: lacks }}
      width={480}
    >
      {draft.restored && <Alert type="info" title="已恢复上次没有办完的内容" style={{ marginBottom: 10 }} />}
      {kind === 'remind' && (
        <Field label="提醒内容" wrong={wrong.says}>
          <Input.TextArea
            value={v.says}
            onChange={(e) => put({ says: e.target.value })}
            maxLength={300}
            autoSize={{ minRows: 2 }}
          />
        </Field>
      )}
      {kind === 'nameLead' && (
        <Field label="包案领导" wrong={wrong.leadOfficialId}>
          <StaffPicker
            value={v.leadOfficialId}
            onChange={(id) => put({ leadOfficialId: id })}
            roles={['leadOfficial', 'townLeader']}
          />
        </Field>
      )}
      {(kind === 'assign' || kind === 'reassign') && (
        <>
          <Field label="承办单位" wrong={wrong.mainUnitId}>
            <UnitPicker value={v.mainUnitId} onChange={(id) => put({ mainUnitId: id, mainHandlerId: null })} />
          </Field>
          <Field label="主办人" wrong={wrong.mainHandlerId}>
            <StaffPicker
              value={v.mainHandlerId}
              onChange={(id) => put({ mainHandlerId: id })}
              unitId={v.mainUnitId}
              roles={['unitHandler']}
            />
          </Field>
        </>
      )}
      {kind === 'assign' && (
        <Checkbox checked={v.own} onChange={(e) => put({ own: e.target.checked })} style={{ marginBottom: 10 }}>
          村、管区责任人按各事项所在的村自动指定
        </Checkbox>
      )}
      {(kind === 'reassign' || (kind === 'assign' && !v.own)) && (
        <>
          <Field label="管区责任人" wrong={wrong.areaOwnerId}>
            <StaffPicker value={v.areaOwnerId} onChange={(id) => put({ areaOwnerId: id })} roles={['areaSecretary']} />
          </Field>
          <Field label="村责任人" wrong={wrong.villageOwnerId}>
            <StaffPicker
              value={v.villageOwnerId}
              onChange={(id) => put({ villageOwnerId: id })}
              roles={['villageOfficer']}
            />
          </Field>
        </>
      )}
      {kind === 'reassign' && (
        <Field label="调整理由" wrong={wrong.reason} hint="只改填写了的人，其余不变">
          <Input.TextArea
            value={v.reason}
            onChange={(e) => put({ reason: e.target.value })}
            maxLength={500}
            autoSize={{ minRows: 2 }}
          />
        </Field>
      )}
      {(kind === 'assign' || kind === 'nameLead') && (
        <Field label="说明（可不填）" wrong={wrong.note}>
          <Input value={v.note} onChange={(e) => put({ note: e.target.value })} maxLength={300} />
        </Field>
      )}
      <Sentence error={error} />
    </Modal>
  )
}

/** What can be done with the rows selected; a person without the post sees only what the post allows. */
export function BulkBar({
  rows,
  onKind,
  onClear,
}: {
  rows: LedgerRow[]
  onKind: (kind: BulkKind) => void
  onClear: () => void
}) {
  const me = useMe()
  const bar = useRef<HTMLDivElement>(null)
  // Newer browsers answer scrollIntoView with a promise, which must not reach React as a clean-up.
  useEffect(() => {
    bar.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  const head = has(me, 'petitionHead', 'townLeader')
  return (
    <div className="hs-bulk" ref={bar} role="toolbar" aria-label="批量办理">
      <span>已选 {rows.length} 件</span>
      {(has(me, 'petitionHead') || (has(me, 'unitHandler') && me.headsUnit)) && (
        <Button onClick={() => onKind('assign')}>
          交办到人<span className="hs-key-hint">（A）</span>
        </Button>
      )}
      {has(me, 'clerk', 'petitionHead', 'areaSecretary', 'leadOfficial', 'townLeader') && (
        <Button onClick={() => onKind('remind')}>提醒</Button>
      )}
      {head && <Button onClick={() => onKind('nameLead')}>确定包案领导</Button>}
      {head && <Button onClick={() => onKind('reassign')}>调整责任人</Button>}
      <Button type="text" onClick={onClear}>
        取消选择
      </Button>
    </div>
  )
}
