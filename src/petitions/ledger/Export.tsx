import { Button, Checkbox, Input, Modal } from 'antd'
import { useState } from 'react'
import { count, Sentence } from '../../kit/ui/bits.tsx'
import { addressOf, download } from '../../kit/ui/call.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { has, useMe } from '../../people/me.ts'
import type { LedgerFilter } from '../routes.ts'
import { type Order, wordsOf } from './filter.ts'

/** Exactly what is seen, as .xlsx: masked unless the office writes down what for; every export leaves a trace. */
export function ExportButton({
  filter,
  order,
  columns,
  total,
}: {
  filter: LedgerFilter
  order: Order
  columns: string[]
  total: number
}) {
  const me = useMe()
  const [open, setOpen] = useState(false)
  const [bare, setBare] = useState(false)
  const [purpose, setPurpose] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const run = async () => {
    setBusy(true)
    setError(null)
    try {
      await download(
        addressOf(
          '/api/petitions/export.xlsx',
          {},
          { ...wordsOf(filter), ...order, columns, ...(bare ? { unmasked: '1', purpose: purpose.trim() } : {}) },
        ),
      )
      setOpen(false)
    } catch (e) {
      setError(e)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button onClick={() => setOpen(true)}>导出</Button>
      <Modal
        open={open}
        title="导出台账"
        okText={`导出 ${count(total)} 件`}
        cancelText="取消"
        onCancel={() => setOpen(false)}
        onOk={run}
        confirmLoading={busy}
        okButtonProps={{ disabled: total === 0 || (bare && purpose.trim().length < 2) }}
        width={440}
      >
        <p style={{ marginBottom: 10 }}>按现在的筛选、排序和列导出 Excel 文件，导出会留痕。姓名默认遮盖。</p>
        {has(me, 'clerk', 'petitionHead') && (
          <>
            <Checkbox checked={bare} onChange={(e) => setBare(e.target.checked)}>
              不遮盖姓名
            </Checkbox>
            {bare && (
              <div style={{ marginTop: 10 }}>
                <Field label="用途" hint="写明给谁、做什么用">
                  <Input value={purpose} maxLength={200} onChange={(e) => setPurpose(e.target.value)} />
                </Field>
              </div>
            )}
          </>
        )}
        <Sentence error={error} />
      </Modal>
    </>
  )
}
