import { useQuery } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useParams } from 'react-router'
import { options } from '../kit/choice.ts'
import type { Day } from '../kit/day.ts'
import { PageHead, Panel, Sentence, Waiting } from '../kit/ui/bits.tsx'
import { call, wrongOf } from '../kit/ui/call.ts'
import { DayInput } from '../kit/ui/DayInput.tsx'
import { Field } from '../kit/ui/Field.tsx'
import { FormDrawer } from '../kit/ui/FormDrawer.tsx'
import { Rows, useWrite } from '../kit/ui/Rows.tsx'
import { useMe } from '../people/me.ts'
import { addMonths } from '../petitions/clocks.ts'
import { type LetterKind, letterKinds, letterText, signWays } from './network/letter.ts'
import { mediationRoutes as r } from './routes.ts'
import { PaperScans } from './ui/PaperScans.tsx'
import './ui/mediation.css'

/** Issue a letter for a term: the text may be changed now, never afterwards. */
export function IssueLetter({ onClose }: { onClose: () => void }) {
  const me = useMe()
  const made = (kind: LetterKind, fromOn: Day, toOn: Day) => ({
    kind,
    fromOn,
    toOn,
    title: `${fromOn.slice(0, 4)} 年度${letterKinds[kind]}诚信责任书`,
    body: letterText(kind, me.town.name, fromOn, toOn),
  })
  const [v, setV] = useState(() => made('grid', me.today, addMonths(me.today, 12)))
  // The days stand in the text: it is written anew with them until somebody has changed it by hand.
  const offered = made(v.kind, v.fromOn, v.toOn)
  const anew = (kind: LetterKind, fromOn: Day, toOn: Day) => {
    const next = made(kind, fromOn, toOn)
    setV({
      ...next,
      title: v.title === offered.title || kind !== v.kind ? next.title : v.title,
      body: v.body === offered.body || kind !== v.kind ? next.body : v.body,
    })
  }
  const save = useWrite(
    (_: undefined, requestId) => call(r.issueLetter, { body: { requestId, input: v } }),
    ['mediation'],
    { says: '已签发', done: onClose },
  )
  const wrong = wrongOf(save.error)
  return (
    <FormDrawer
      title="签发责任书"
      label="签发"
      save={save}
      send={() => save.mutate(undefined)}
      onClose={onClose}
      wide={640}
    >
      <Field label="由谁签">
        <Select
          value={v.kind}
          options={options(letterKinds)}
          onChange={(kind) => anew(kind, v.fromOn, v.toOn)}
          style={{ width: '100%' }}
        />
      </Field>
      <Field label="标题" wrong={wrong.title}>
        <Input value={v.title} onChange={(e) => setV({ ...v, title: e.target.value })} />
      </Field>
      <Field label="任期起" wrong={wrong.fromOn}>
        <DayInput value={v.fromOn} today={me.today} onChange={(x) => anew(v.kind, x as Day, v.toOn)} />
      </Field>
      <Field label="任期止" wrong={wrong.toOn}>
        <DayInput value={v.toOn} today={me.today} ahead onChange={(x) => anew(v.kind, v.fromOn, x as Day)} />
      </Field>
      <Field
        label="内容"
        hint={v.body === offered.body ? '签发后不能再改' : '签发后不能再改；手工改过，任期的日期请自己核对'}
        wrong={wrong.body}
      >
        <Input.TextArea
          value={v.body}
          autoSize={{ minRows: 10 }}
          onChange={(e) => setV({ ...v, body: e.target.value })}
        />
      </Field>
    </FormDrawer>
  )
}

/** The paper that was signed, or its pages in a scan of many people's. */
function Scanned({
  letterId,
  fileId,
  pages,
}: {
  letterId: string
  fileId: string
  pages: { from: number; to: number } | null
}) {
  const at = `/api/mediation/letters/${letterId}/files/${fileId}`
  if (!pages) return <a href={at}>{signWays.paper}</a>
  return (
    <span className="hs-inline">
      {signWays.paper}
      {Array.from({ length: pages.to - pages.from + 1 }, (_, i) => pages.from + i).map((n) => (
        <a key={n} href={`${at}/pages/${n}`} target="_blank" rel="noreferrer">
          第 {n} 页
        </a>
      ))}
    </span>
  )
}

/** One duty letter: read, sign with one's own name, and who has not. */
export default function LetterPage() {
  const { id = '' } = useParams()
  const me = useMe()
  const [name, setName] = useState('')
  const [paper, setPaper] = useState<{ staffId: string; name: string } | 'many' | null>(null)
  const q = useQuery({ queryKey: ['letter', id], queryFn: () => call(r.letter, { params: { id } }) })
  const own = q.data?.rows.find((x) => x.staffId === me.staffId)
  const unread = own !== undefined && !own.read
  const refetch = q.refetch
  // Opening the text is the reading; it is on record before the name can be typed.
  useEffect(() => {
    if (unread) void call(r.readLetter, { params: { id } }).then(() => refetch())
  }, [unread, id, refetch])
  const sign = useWrite(
    (_: undefined, requestId) => call(r.signLetter, { params: { id }, body: { requestId, how: 'phone', name } }),
    ['mediation', 'letter'],
    { says: '已签署' },
  )
  if (!q.data)
    return (
      <>
        <PageHead title="诚信责任书" />
        <Sentence error={q.error} retry={() => void q.refetch()} />
        {!q.error && <Waiting />}
      </>
    )
  const { letter, rows, mayKeep } = q.data
  const missing = rows.filter((x) => !x.signedOn)
  return (
    <>
      <PageHead title={letter.title} />
      <Panel label="责任书">
        <p className="hs-letter">{letter.body}</p>
        <p className="hs-muted">
          任期 {letter.fromOn} 至 {letter.toOn}；{letter.issuedOn} {letter.issuedName}签发；校验值{' '}
          {letter.sha256.slice(0, 8)}…{letter.sha256.slice(-4)}
        </p>
        {own?.signedOn && (
          <p className="hs-note">
            您已于 {own.signedOn} 签署（{own.how && signWays[own.how]}），校验值 {own.sha256?.slice(0, 8)}…
          </p>
        )}
        {own && !own.signedOn && (
          <>
            <Field label="本人姓名" hint="输入姓名即为签署" wrong={wrongOf(sign.error).name}>
              <Input value={name} onChange={(e) => setName(e.target.value)} autoComplete="off" />
            </Field>
            <Sentence error={sign.error} />
            <div className="hs-actions">
              <Button
                type="primary"
                loading={sign.isPending}
                disabled={!own.read}
                onClick={() => sign.mutate(undefined)}
              >
                我已读完，签署
              </Button>
            </div>
          </>
        )}
      </Panel>
      {rows.length > 0 && (
        <Panel
          title={`应签 ${rows.length} 人，还没有签 ${missing.length} 人`}
          extra={
            missing.length > 0 && (
              <span className="hs-inline">
                <a href={`/api/mediation/letters/${id}/paper.docx`}>没有签的，打印纸质责任书（Word）</a>
                {mayKeep && (
                  <Button size="small" onClick={() => setPaper('many')}>
                    批量登记纸质签字
                  </Button>
                )}
              </span>
            )
          }
        >
          {[missing, rows.filter((x) => x.signedOn)].map((list, signed) => {
            const table = (
              <Rows
                label={signed ? '已经签的' : '还没有签的'}
                rows={list}
                keyOf={(x) => x.staffId}
                none="都签了。"
                columns={[
                  { title: '姓名', of: (x) => x.name },
                  { title: '站点', of: (x) => x.station },
                  {
                    title: 'Word',
                    of: (x) => <a href={`/api/mediation/letters/${id}/paper.docx?staff=${x.staffId}`}>下载</a>,
                  },
                  { title: '签署', of: (x) => x.signedOn ?? (x.read ? '已读，未签' : '未读') },
                  {
                    title: '方式',
                    of: (x) =>
                      x.how === null ? (
                        ''
                      ) : x.fileId && mayKeep ? (
                        <Scanned letterId={id} fileId={x.fileId} pages={x.pages} />
                      ) : (
                        signWays[x.how]
                      ),
                  },
                  {
                    title: '办理',
                    of: (x) =>
                      mayKeep && !x.signedOn ? (
                        <Button size="small" onClick={() => setPaper(x)}>
                          登记纸质签字
                        </Button>
                      ) : (
                        ''
                      ),
                  },
                ]}
              />
            )
            // A hundred who have signed would bury the few who have not.
            return signed && missing.length + list.length > 12 ? (
              <details key="signed" className="hs-further">
                <summary>已经签的 {list.length} 人</summary>
                {table}
              </details>
            ) : (
              <div key={signed}>{signed && !list.length ? null : table}</div>
            )
          })}
        </Panel>
      )}
      {paper && (
        <PaperScans
          letterId={id}
          people={missing}
          books={q.data.books}
          only={paper === 'many' ? null : paper}
          from={letter.issuedOn}
          onClose={() => setPaper(null)}
        />
      )}
    </>
  )
}
