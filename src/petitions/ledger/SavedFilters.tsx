import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Modal, Popover } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { ConfirmButton, Sentence } from '../../kit/ui/bits.tsx'
import { call, Failure } from '../../kit/ui/call.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { petitionRoutes } from '../routes.ts'
import { ledgerAddress, type Order, wordsOf } from './filter.ts'

/** Filters the person keeps under a name, with their columns and order. */
export function SavedFilters({
  filter,
  order,
  columns,
  onColumns,
}: {
  filter: Record<string, unknown>
  order: Order
  columns: string[]
  onColumns: (keys: string[]) => void
}) {
  const client = useQueryClient()
  const go = useNavigate()
  const [open, setOpen] = useState(false)
  const [naming, setNaming] = useState(false)
  const [name, setName] = useState('')
  const { data: saved, error } = useQuery({
    queryKey: ['saved-filters'],
    queryFn: () => call(petitionRoutes.savedFilters),
  })
  const again = () => client.invalidateQueries({ queryKey: ['saved-filters'] })
  const save = useMutation({
    mutationFn: () =>
      call(petitionRoutes.saveFilter, {
        body: { name: name.trim(), filter: { ...wordsOf(filter), ...order }, columns },
      }),
    onSuccess: () => {
      setNaming(false)
      setName('')
      void again()
    },
  })
  return (
    <>
      <Popover
        open={open}
        onOpenChange={setOpen}
        trigger="click"
        placement="bottomRight"
        getPopupContainer={() => document.getElementById('main') ?? document.body}
        content={
          <div className="hs-saved">
            <Sentence error={error} />
            {saved?.length === 0 && <p className="hs-muted">还没有保存的筛选。</p>}
            <ul>
              {saved?.map((s) => (
                <li key={s.id}>
                  <button
                    type="button"
                    className="hs-link"
                    onClick={() => {
                      setOpen(false)
                      if (Array.isArray(s.columns) && s.columns.length) onColumns(s.columns as string[])
                      const { sort, dir, ...kept } = s.filter as Record<string, unknown>
                      void go(ledgerAddress(kept, { sort, dir } as Partial<Order>))
                    }}
                  >
                    {s.name}
                  </button>
                  <ConfirmButton
                    size="small"
                    type="text"
                    aria-label={`删除 ${s.name}`}
                    confirm={`删除保存的筛选“${s.name}”？`}
                    onConfirm={() => call(petitionRoutes.dropFilter, { params: { id: s.id } }).then(again)}
                  >
                    删除
                  </ConfirmButton>
                </li>
              ))}
            </ul>
            <Button
              size="small"
              onClick={() => {
                setOpen(false)
                setNaming(true)
              }}
            >
              保存现在的筛选
            </Button>
          </div>
        }
      >
        <button type="button" className="hs-link">
          我的筛选
        </button>
      </Popover>
      <Modal
        open={naming}
        title="保存筛选"
        okText="保存"
        cancelText="取消"
        onCancel={() => setNaming(false)}
        confirmLoading={save.isPending}
        onOk={() => save.mutate()}
        width={380}
      >
        <Field
          label="名称"
          hint="条件、排序和列一起保存"
          wrong={save.error instanceof Failure ? save.error.fields.name : undefined}
        >
          <Input
            value={name}
            maxLength={30}
            onChange={(e) => setName(e.target.value)}
            onPressEnter={(e) => !e.nativeEvent.isComposing && save.mutate()}
          />
        </Field>
        <Sentence error={save.error} />
      </Modal>
    </>
  )
}
