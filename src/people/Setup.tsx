import { Button, Input, Select, Steps, Upload } from 'antd'
import { useState } from 'react'
import { count, Sentence, useTitle } from '../kit/ui/bits.tsx'
import { call, Failure, upload } from '../kit/ui/call.ts'
import { newRequestId, useDraft } from '../kit/ui/draft.ts'
import { Field } from '../kit/ui/Field.tsx'
import type { DivisionsRead } from './divisions.import.ts'
import { type VillageLine, villagesIn } from './pasted.ts'
import { type Role, roles } from './roles.ts'
import { peopleRoutes } from './routes.ts'

interface AccountLine {
  username: string
  name: string
  role: Role
  post: string
  password: string
  area: string
  village: string
  unit: string
}

/** A first password that can be read out: no letters or digits that look alike. */
const firstPassword = () => {
  const letters = 'abcdefghjkmnpqrstuvwxyz'
  const digits = '23456789'
  const r = crypto.getRandomValues(new Uint32Array(10))
  return Array.from(r, (n, i) => (i < 5 ? letters[n % letters.length]! : digits[n % digits.length]!)).join('')
}
const account = (username: string, role: Role, name = ''): AccountLine => ({
  username,
  name,
  role,
  post: '',
  password: firstPassword(),
  area: '',
  village: '',
  unit: '',
})

const usualUnits = [
  '自然资源所',
  '农业综合服务中心',
  '民政办',
  '司法所',
  '派出所',
  '综合执法办',
  '财政所',
  '社会保障所',
]

const blank = () => ({
  step: 0,
  requestId: newRequestId(),
  town: { code: '', name: '', shortName: '', superiorName: '' },
  villages: [] as VillageLine[],
  units: usualUnits.map((name) => ({ name })),
  accounts: [
    account('xitong', 'systemAdmin'),
    account('anquan', 'securityAdmin'),
    account('shenji', 'auditAdmin'),
    account('zhuren', 'petitionHead'),
    account('chuangkou', 'clerk'),
  ],
})

const titles = ['镇', '管区和村', '站所办', '首批账号', '核对']

/** The first visit to an empty system: four short steps, a review, done. What is filled in survives a reload. */
export default function Setup(_: { today: string }) {
  useTitle('首次设置')
  const draft = useDraft('setup', blank())
  const v = draft.value
  const put = (more: Partial<typeof v>) => draft.set((now) => ({ ...now, ...more }))
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const [done, setDone] = useState<AccountLine[] | null>(null)
  const [pasted, setPasted] = useState('')
  const [told, setTold] = useState('')
  /** The lines that were removed all at once, for who didn't mean it. */
  const [before, setBefore] = useState<VillageLine[]>([])
  const wrong = error instanceof Failure ? error.fields : {}
  const areaNames = [...new Set(v.villages.map((x) => x.area.trim()).filter(Boolean))]
  const used = v.accounts.filter((a) => a.name.trim() || a.username.trim())

  const readFile = async (file: File) => {
    setBusy(true)
    setError(null)
    try {
      const form = new FormData()
      form.append('file', file)
      const read = await upload<DivisionsRead>('/api/setup/divisions', form)
      if (read.villages.length === 0)
        throw new Failure(`没有从“${file.name}”认出村：表头应有“管区”“村”两列。已填写的没有改动。`, 400)
      const here = new Map(v.villages.map((x) => [`${x.area.trim()}/${x.name.trim()}`, x]))
      const villages = read.villages.map((x) => {
        const before = here.get(`${x.area}/${x.name}`)
        return {
          area: x.area,
          name: x.name,
          code: x.code ?? before?.code ?? '',
          grids: x.grids.length || (before?.grids ?? 0),
          households: x.households ?? before?.households ?? null,
          population: x.population ?? before?.population ?? null,
        }
      })
      for (const x of villages) here.delete(`${x.area}/${x.name}`)
      // What was filled in by hand or came from another file, one an area perhaps, stays.
      put({ villages: [...[...here.values()].filter((x) => x.name.trim()), ...villages] })
      setTold(
        `从“${file.name}”识别出 ${villages.length} 个村，请核对。${read.problems.length ? `需注意：${read.problems.slice(0, 5).join('；')}` : ''}`,
      )
    } catch (e) {
      setError(e)
    } finally {
      setBusy(false)
    }
  }

  const finish = async () => {
    setBusy(true)
    setError(null)
    try {
      await call(peopleRoutes.setup, {
        body: {
          requestId: v.requestId,
          town: v.town,
          areas: areaNames.map((name) => ({ name })),
          villages: v.villages
            .filter((x) => x.name.trim())
            .map((x) => ({ ...x, name: x.name.trim(), area: x.area.trim() })),
          units: v.units.filter((u) => u.name.trim()),
          accounts: used,
        },
      })
      setDone(used)
      draft.clear()
    } catch (e) {
      setError(e)
      const field = e instanceof Failure ? Object.keys(e.fields)[0] : undefined
      const at = field?.startsWith('town')
        ? 0
        : /^(areas|villages)/.test(field ?? '')
          ? 1
          : field?.startsWith('units')
            ? 2
            : field?.startsWith('accounts')
              ? 3
              : null
      if (at !== null) put({ step: at })
    } finally {
      setBusy(false)
    }
  }

  const lacks =
    v.step === 0
      ? !/^\d{9}(\d{3})?$/.test(v.town.code.trim())
        ? '请填写 9 位或 12 位统计用区划代码'
        : !v.town.name.trim() || !v.town.shortName.trim() || !v.town.superiorName.trim()
          ? '请填完这一步'
          : ''
      : v.step === 1
        ? v.villages.some((x) => x.name.trim() && !x.area.trim())
          ? '有的村还没有填管区'
          : ''
        : v.step === 3
          ? used.length === 0
            ? '请至少建立一个账号'
            : used.some((a) => !a.name.trim() || !a.username.trim() || a.password.length < 8)
              ? '账号、姓名都要填写，初始密码至少 8 位'
              : ''
          : ''

  if (done)
    return (
      <main className="hs-door">
        <div className="hs-card hs-wide">
          <h1>设置好了</h1>
          <p style={{ margin: '8px 0 12px' }}>
            请把初始密码分别交给本人；首次登录须改为自己的密码。离开本页后不再显示。
          </p>
          <div className="hs-scroll">
            <table className="hs-table">
              <thead>
                <tr>
                  <th scope="col">姓名</th>
                  <th scope="col">角色</th>
                  <th scope="col">账号</th>
                  <th scope="col">初始密码</th>
                </tr>
              </thead>
              <tbody>
                {done.map((a) => (
                  <tr key={a.username}>
                    <td>{a.name}</td>
                    <td>{roles[a.role]}</td>
                    <td>{a.username}</td>
                    <td>{a.password}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <div className="hs-actions">
            <Button onClick={() => window.print()}>打印本页</Button>
            <Button type="primary" href="/">
              去登录
            </Button>
          </div>
        </div>
      </main>
    )

  const town = (k: keyof typeof v.town, label: string, hint: string, max: number) => (
    <Field label={label} hint={hint} wrong={wrong[`town.${k}`]}>
      <Input
        value={v.town[k]}
        maxLength={max}
        onChange={(e) => put({ town: { ...v.town, [k]: e.target.value.normalize('NFKC') } })}
      />
    </Field>
  )
  const cell = (
    value: string | number | null,
    label: string,
    onChange: (text: string) => void,
    wrongHere?: string,
    width?: number,
  ) => (
    <input
      className="hs-cell"
      value={value ?? ''}
      aria-label={label}
      aria-invalid={wrongHere ? true : undefined}
      title={wrongHere}
      style={width ? { width } : { minWidth: '8em' }}
      onChange={(e) => onChange(e.target.value)}
    />
  )
  const number = (text: string) => (/^\d+$/.test(text.normalize('NFKC')) ? Number(text.normalize('NFKC')) : null)
  const village = (i: number, more: Partial<VillageLine>) =>
    put({ villages: v.villages.map((x, n) => (n === i ? { ...x, ...more } : x)) })
  const person = (i: number, more: Partial<AccountLine>) =>
    put({ accounts: v.accounts.map((x, n) => (n === i ? { ...x, ...more } : x)) })

  return (
    <main className="hs-door" style={{ placeItems: 'start center' }}>
      <div className="hs-card hs-wide">
        <div className="hs-brand">
          <h1>回声</h1>
          <p className="hs-muted">首次设置，约五分钟。填写的内容保存在本机，可以中途离开。</p>
        </div>
        <Steps
          current={v.step}
          size="small"
          items={titles.map((title) => ({ title }))}
          style={{ marginBottom: 20 }}
          responsive={false}
        />
        <h2 className="hs-hidden">{titles[v.step]}</h2>
        {v.step === 0 && (
          <div className="hs-fields">
            {town('name', '镇（乡、街道）全称', '如：示范镇', 40)}
            {town('code', '统计用区划代码', '9 位或 12 位', 12)}
            {town('shortName', '发文代字', '如“宫”，用于 宫信〔2026〕12 号', 4)}
            {town('superiorName', '复查机关', '如：示范县人民政府', 60)}
          </div>
        )}
        {v.step === 1 && (
          <>
            <div className="hs-actions" style={{ margin: '0 0 8px' }}>
              <Upload
                accept=".xlsx,.xlsm,.xls,.et,.csv"
                showUploadList={false}
                beforeUpload={(f) => {
                  void readFile(f)
                  return false
                }}
              >
                <Button loading={busy}>上传管区和村的表格</Button>
              </Upload>
              <Button
                onClick={() =>
                  put({
                    villages: [
                      ...v.villages,
                      {
                        area: v.villages.at(-1)?.area ?? '',
                        name: '',
                        code: '',
                        grids: 1,
                        households: null,
                        population: null,
                      },
                    ],
                  })
                }
              >
                加一行
              </Button>
              {v.villages.length > 0 && (
                <Button
                  onClick={() => {
                    setBefore(v.villages)
                    put({ villages: [] })
                    setTold(`已删去 ${v.villages.length} 行。`)
                  }}
                >
                  全部删去
                </Button>
              )}
              {before.length > 0 && v.villages.length === 0 && (
                <Button
                  onClick={() => {
                    put({ villages: before })
                    setBefore([])
                    setTold('')
                  }}
                >
                  撤回
                </Button>
              )}
              <span className="hs-muted">
                {areaNames.length} 个管区，{v.villages.length} 个村，
                {count(v.villages.reduce((a, x) => a + x.grids, 0))} 个网格
              </span>
            </div>
            {told && <p className="hs-note">{told}</p>}
            {v.villages.length === 0 && (
              <Field label="或者粘贴" hint="每行一个村：管区 村 网格数 户数 人口，可从表格里直接复制">
                <Input.TextArea
                  value={pasted}
                  autoSize={{ minRows: 4, maxRows: 10 }}
                  onChange={(e) => setPasted(e.target.value)}
                  onBlur={() => {
                    const villages = villagesIn(pasted)
                    if (villages.length) {
                      put({ villages })
                      setPasted('')
                    }
                  }}
                />
              </Field>
            )}
            {v.villages.length > 0 && (
              <div className="hs-scroll" style={{ maxHeight: '50vh' }}>
                <table className="hs-table hs-edit">
                  <thead>
                    <tr>
                      <th scope="col">管区</th>
                      <th scope="col">村</th>
                      <th scope="col">网格数</th>
                      <th scope="col">户数</th>
                      <th scope="col">人口</th>
                      <th scope="col">
                        <span className="hs-hidden">操作</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {v.villages.map((x, i) => (
                      <tr key={i}>
                        <td>
                          {cell(
                            x.area,
                            `第 ${i + 1} 行管区`,
                            (t) => village(i, { area: t }),
                            wrong[`villages.${i}.area`],
                          )}
                        </td>
                        <td>
                          {cell(
                            x.name,
                            `第 ${i + 1} 行村`,
                            (t) => village(i, { name: t }),
                            wrong[`villages.${i}.name`],
                          )}
                        </td>
                        <td>
                          {cell(
                            x.grids,
                            `第 ${i + 1} 行网格数`,
                            (t) => village(i, { grids: Math.min(99, number(t) ?? 0) }),
                            undefined,
                            70,
                          )}
                        </td>
                        <td>
                          {cell(
                            x.households,
                            `第 ${i + 1} 行户数`,
                            (t) => village(i, { households: number(t) }),
                            undefined,
                            80,
                          )}
                        </td>
                        <td>
                          {cell(
                            x.population,
                            `第 ${i + 1} 行人口`,
                            (t) => village(i, { population: number(t) }),
                            undefined,
                            80,
                          )}
                        </td>
                        <td>
                          <button
                            type="button"
                            className="hs-link"
                            aria-label={`删去第 ${i + 1} 行`}
                            onClick={() => put({ villages: v.villages.filter((_, n) => n !== i) })}
                          >
                            删去
                          </button>
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          </>
        )}
        {v.step === 2 && (
          <Field label="站所办" hint="输入名称后回车；以后可以随时增减">
            <Select
              mode="tags"
              value={v.units.map((u) => u.name)}
              onChange={(names: string[]) => put({ units: names.map((name) => ({ name: name.trim() })) })}
              open={false}
              suffixIcon={null}
              style={{ width: '100%' }}
              tokenSeparators={['，', '、', ',', '\n', '\t']}
            />
          </Field>
        )}
        {v.step === 3 && (
          <>
            <p className="hs-muted" style={{ marginBottom: 8 }}>
              系统、安全、审计三名管理员应由三个人分别担任，都不经手信访事项。其余人员以后由系统管理员添加。
            </p>
            <div className="hs-scroll">
              <table className="hs-table hs-edit">
                <thead>
                  <tr>
                    <th scope="col">角色</th>
                    <th scope="col">姓名</th>
                    <th scope="col">账号</th>
                    <th scope="col">初始密码</th>
                    <th scope="col">岗位、管区、村或单位</th>
                    <th scope="col">
                      <span className="hs-hidden">操作</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {v.accounts.map((a, i) => {
                    const place =
                      a.role === 'areaSecretary'
                        ? 'area'
                        : a.role === 'villageOfficer' || a.role === 'gridWorker'
                          ? 'village'
                          : a.role === 'unitHandler'
                            ? 'unit'
                            : null
                    const list =
                      place === 'area'
                        ? areaNames
                        : place === 'village'
                          ? v.villages.map((x) => x.name)
                          : v.units.map((u) => u.name)
                    return (
                      <tr key={i}>
                        <td>
                          <Select
                            aria-label={`第 ${i + 1} 个账号的角色`}
                            value={a.role}
                            onChange={(role) => person(i, { role, area: '', village: '', unit: '' })}
                            options={Object.entries(roles).map(([value, label]) => ({ value: value as Role, label }))}
                            style={{ width: 150 }}
                          />
                        </td>
                        <td>
                          {cell(
                            a.name,
                            `第 ${i + 1} 个账号的姓名`,
                            (t) => person(i, { name: t }),
                            wrong[`accounts.${i}.name`],
                            100,
                          )}
                        </td>
                        <td>
                          {cell(
                            a.username,
                            `第 ${i + 1} 个账号`,
                            (t) => person(i, { username: t.trim() }),
                            wrong[`accounts.${i}.username`],
                            120,
                          )}
                        </td>
                        <td>
                          {cell(
                            a.password,
                            `第 ${i + 1} 个账号的初始密码`,
                            (t) => person(i, { password: t }),
                            wrong[`accounts.${i}.password`],
                            130,
                          )}
                        </td>
                        <td>
                          {place ? (
                            <Select
                              aria-label={`第 ${i + 1} 个账号的所属`}
                              value={a[place] || undefined}
                              onChange={(x) => person(i, { [place]: x })}
                              showSearch
                              options={[...new Set(list)].filter(Boolean).map((x) => ({ value: x, label: x }))}
                              style={{ width: 160 }}
                              placeholder="请选择"
                              status={wrong[`accounts.${i}.${place}`] ? 'error' : undefined}
                            />
                          ) : (
                            cell(a.post, `第 ${i + 1} 个账号的岗位`, (t) => person(i, { post: t }), undefined, 160)
                          )}
                        </td>
                        <td>
                          <button
                            type="button"
                            className="hs-link"
                            aria-label={`删去第 ${i + 1} 个账号`}
                            onClick={() => put({ accounts: v.accounts.filter((_, n) => n !== i) })}
                          >
                            删去
                          </button>
                        </td>
                      </tr>
                    )
                  })}
                </tbody>
              </table>
            </div>
            <div className="hs-actions" style={{ marginTop: 8 }}>
              <Button onClick={() => put({ accounts: [...v.accounts, account('', 'unitHandler')] })}>加一个账号</Button>
            </div>
          </>
        )}
        {v.step === 4 && (
          <dl className="hs-facts">
            <dt>镇</dt>
            <dd>
              {v.town.name}（{v.town.code}），发文代字“{v.town.shortName}”，复查机关{v.town.superiorName}
            </dd>
            <dt>管区和村</dt>
            <dd>
              {areaNames.length} 个管区，{v.villages.filter((x) => x.name.trim()).length} 个村，
              {v.villages.reduce((a, x) => a + x.grids, 0)} 个网格
            </dd>
            <dt>站所办</dt>
            <dd>{v.units.map((u) => u.name).join('、') || '以后再添加'}</dd>
            <dt>账号</dt>
            <dd>{used.map((a) => `${roles[a.role]} ${a.name}（${a.username}）`).join('；')}</dd>
          </dl>
        )}
        <Sentence error={error} />
        <div className="hs-actions">
          {v.step > 0 && <Button onClick={() => put({ step: v.step - 1 })}>上一步</Button>}
          {v.step < 4 ? (
            <Button type="primary" disabled={lacks !== ''} onClick={() => put({ step: v.step + 1 })}>
              下一步
            </Button>
          ) : (
            <Button type="primary" loading={busy} onClick={finish}>
              建立
            </Button>
          )}
          {lacks && <span className="hs-muted">{lacks}</span>}
        </div>
      </div>
    </main>
  )
}
